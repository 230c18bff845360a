import type { ObjectValue } from "../../terraform-plugin/value";

/** The id of what the journal has of an application. */
export function noteId({ account_id, app_id }: ObjectValue): string {
  return `${String(account_id)} application ${String(app_id)}`;
}
