import type { ObjectValue } from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import type { Entry } from "../tunnel-route/journal";
import { policiesIn } from "./document";

/** The id of what the journal has of an application. */
export function noteId({ account_id, app_id }: ObjectValue): string {
  return `${String(account_id)} application ${String(app_id)}`;
}

/** Of what a destroy alone has noted: by this no run was cut off here. */
function givenBackId(place: ObjectValue): string {
  return `${noteId(place)} to give back`;
}

/** Where notes of applications are kept. */
export type Notes = Pick<Client, "givenBack"> & {
  readonly journal: Pick<Client["journal"], "read">;
};

/**
 * What is known of an application for the destroy of its host's rule, which
 * comes first: the state has it, and else the journal of this machine.
 */
export function noteOf(
  place: ObjectValue,
  { givenBack, journal }: Notes,
): Entry | undefined {
  return (
    givenBack.get(noteId(place)) ??
    journal.read(noteId(place)) ??
    journal.read(givenBackId(place))
  );
}

/** @param leaving whether a destroy is planned, and the application there */
export function noteIn(state: ObjectValue, leaving: boolean): Entry {
  return {
    ...{ id: noteId(state), claim: String(state["previous"]) },
    ...{ previous: null, written: [], leaving },
    application: {
      document: String(state["document"]),
      policies: policiesIn(state),
      ...(typeof state["not_kept"] === "string" && {
        notKept: state["not_kept"],
      }),
    },
  };
}

/** For the destroy of its host's rule, which may run on its own. */
export function noteDestroy(
  state: ObjectValue,
  leaving: boolean,
  { givenBack, journal }: Client,
): void {
  const note = noteIn(state, leaving);
  givenBack.set(note.id, note);
  const isNoted = journal.read(note.id) !== undefined;
  journal.write(isNoted ? note : { ...note, id: givenBackId(state) });
}

export function forget(state: ObjectValue, client: Client): void {
  client.givenBack.delete(noteId(state));
  client.journal.remove(noteId(state));
  client.journal.remove(givenBackId(state));
}
