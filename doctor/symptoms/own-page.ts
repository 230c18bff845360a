import { comparison } from "../../probe/checks/own-page";
import { ownScript } from "../../probe/fetch-metadata";
import { type DoctorCheck, problem } from "../check";
import { askAsMachine } from "./as-machine";
import { placeOf } from "./answerer";
import type { SymptomContext } from "./context";

/** By now the token passes: what is refused is what the page's own scripts send. */
export const ownPageAsks: DoctorCheck<SymptomContext> = {
  id: "own-page",
  ...placeOf(["the service"]),
  async run(context) {
    const { path, service } = context;
    const { apiPath, hostname } = service;
    const target = path ?? apiPath;
    const url = `https://${hostname}${target}`;
    const ofPage = await askAsMachine(context, target, ownScript(url, "POST"));
    if (ofPage.status !== 403 || ofPage.kept !== undefined) return [];
    const plain = await askAsMachine(context, target);
    if (plain.status === 403) return [];
    const [cause, remedy] = comparison(hostname);
    return problem(
      `403 for what the page's own scripts send, ${plain.status} without their Origin: ${cause}`,
      `${remedy}.`,
      url,
    );
  },
};
