import type { Resource } from "../../terraform-plugin/provider";
import type { Client } from "./client";
import { create } from "./create";
import { destroy } from "./destroy";
import { planDestroy, planRoute } from "./plan";
import { importRoute, read } from "./read";
import { ROUTE_SCHEMA } from "./schema";
import { update } from "./update";
import { validateRoute } from "./validate";

/** One ingress rule of a tunnel that others use too. */
export const tunnelRoute: Resource<Client> = {
  schema: ROUTE_SCHEMA,
  validate: validateRoute,
  plan: planRoute,
  planDestroy,
  create,
  read,
  update,
  delete: destroy,
  import: importRoute,
};
