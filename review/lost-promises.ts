import { normalHost } from "../access/path-pattern";
import {
  keyOf,
  PROMISES_OUTPUT,
  promisesIn,
  sentenceOf,
} from "../contract/promises";
import { SERVICE_OUTPUT } from "../contract/service-outputs";
import { resourcesOf, type Plan } from "./change";
import type { Finding } from "./findings/finding";
import { isObject } from "./references";

/** What was promised of a service, and is proven no more because its stack says so. */
export function lostPromises(plan: Plan): Finding[] {
  const { outputs, outputsBefore = {}, resources, stack } = plan;
  // An application that is given back stays, and nothing of the stack with it.
  if (!resources.some(({ after, givesBack }) => after && !givesBack)) return [];
  const kept = new Set(promisesIn(outputs).map(keyOf));
  return [
    ...promisesIn(outputsBefore)
      .filter((promise) => !kept.has(keyOf(promise)))
      .map(sentenceOf)
      .map((sentence) => ({
        id: "promise-dropped",
        severity: "warning" as const,
        subject: `${stack}: ${sentence}`,
        text: "this promise is removed, so later changes are no longer checked against it",
        remedy: "make sure this is intended",
      })),
    ...unreadable(plan).map((text) => ({
      id: "promise-undecided",
      severity: "error" as const,
      subject: stack,
      text,
      remedy:
        "do not override the stack's outputs: they say what has to be proven",
    })),
  ];
}

function unreadable(plan: Plan): string[] {
  const { outputs, outputsBefore = {} } = plan;
  const [host, former] = [outputs, outputsBefore].map(hostnameIn);
  const isService =
    isObject(outputs[SERVICE_OUTPUT]) ||
    hostnameIn(outputsBefore) !== undefined;
  const promises = outputs[PROMISES_OUTPUT];
  const isOdd =
    Array.isArray(promises) && promises.length !== promisesIn(outputs).length;
  const hosts = resourcesOf([plan], "route").flatMap(({ after }) =>
    after ? [normalHost(after.hostname)] : [],
  );
  return [
    isService &&
      host === undefined &&
      `the output ${SERVICE_OUTPUT} names no host, so none of its promises is proven`,
    isOdd && `the output ${PROMISES_OUTPUT} can't be read`,
    host !== undefined &&
      hosts.length > 0 &&
      !hosts.includes(host) &&
      `the output ${SERVICE_OUTPUT} names the host ${host}, and the routes of the stack are for ${[...new Set(hosts)].join(", ")}`,
    host !== undefined &&
      former !== undefined &&
      former !== host &&
      hosts.includes(host) &&
      hosts.includes(former) &&
      `the output ${SERVICE_OUTPUT} now names the host ${host} instead of ${former}, which the stack still serves: its promises are no longer proven`,
  ].filter((one) => typeof one === "string");
}

/** The host of a service's stack. */
export function hostnameIn(outputs: Plan["outputs"]): string | undefined {
  const service = outputs[SERVICE_OUTPUT];
  const name = isObject(service) ? service["hostname"] : undefined;
  return typeof name === "string" ? normalHost(name) : undefined;
}
