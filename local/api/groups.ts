import type { Account } from "../account";
import type { Group, JsonObject } from "../account-objects";
import { ok, page } from "./envelope";
import { accessConflict, accessNotFound, invalidAccessRequest } from "./errors";
import { admits, contains, replace, text } from "./fields";
import { route, type Routes } from "./router";
import { names, readRules, type RuleLists } from "./rules";

/**
 * Groups of rules that policies share.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/groups/
 */
export function groups(account: Account): Routes {
  const read = "Access: Organizations, Identity Providers, and Groups Read";
  const write = "Access: Organizations, Identity Providers, and Groups Write";

  function find(id: string | undefined): Group {
    const group = account.groups.get(id ?? "");
    if (group === undefined) throw accessNotFound(12152);
    return group;
  }

  return {
    "GET /accounts/:account/access/groups": route(read, ({ query }) =>
      page(
        [...account.groups.values()]
          .filter(
            ({ name }) =>
              admits(query, "name", (wanted) => contains(name, wanted)) &&
              admits(query, "search", (wanted) => contains(name, wanted)),
          )
          .map(view),
        query,
        1000,
      ),
    ),

    "POST /accounts/:account/access/groups": route(write, ({ body }) => {
      const now = account.timestamp();
      const group: Group = {
        id: account.newId(),
        ...readGroup(body),
        created_at: now,
        updated_at: now,
      };
      account.groups.set(group.id, group);
      return ok(view(group), { status: 201 });
    }),

    "GET /accounts/:account/access/groups/:id": route(read, ({ params }) =>
      ok(view(find(params.id))),
    ),

    "PUT /accounts/:account/access/groups/:id": route(
      write,
      ({ params, body }) => {
        const group = find(params.id);
        const { id, created_at } = group;
        const updated_at = account.timestamp();
        replace(group, { id, ...readGroup(body), created_at, updated_at });
        return ok(view(group));
      },
    ),

    "DELETE /accounts/:account/access/groups/:id": route(
      write,
      ({ params }) => {
        const { id } = find(params.id);
        const used = [
          ...account.policies.values(),
          ...account.groups.values(),
        ].some((lists) => names(lists, "group", "id", id));
        if (used && account.switches.deleteUsedReference === "refuse") {
          throw accessConflict("group is used by a policy or another group");
        }
        account.groups.delete(id);
        return ok({ id }, { status: 202 });
      },
    ),
  };
}

function readGroup(body: JsonObject): { name: string } & RuleLists {
  const name = text(body.name);
  if (name === undefined) throw invalidAccessRequest("group name is missing");
  return { name, ...readRules(body) };
}

function view(group: Group): JsonObject {
  const { id, ...rest } = group;
  return structuredClone({ id, uid: id, ...rest });
}
