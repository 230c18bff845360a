import type { Decision, DecisionTree, SettledDecision } from "./decision";
import type { AccessRequest } from "./request";

/** A decision, and the request with the answers to facts that lead to it. */
interface Way {
  readonly decision: SettledDecision;
  readonly request: AccessRequest;
}

/**
 * What may come of a request, by each answer to what it does not say. Where
 * there are too many answers, each result, with none of them.
 */
export function waysOf(decision: Decision, request: AccessRequest): Way[] {
  if (decision.outcome !== "depends") return [{ decision, request }];
  const { possible, tree } = decision;
  if (tree === undefined)
    return possible.map((one) => ({ decision: one, request }));
  return waysIn(tree, request);
}

function waysIn(tree: DecisionTree, request: AccessRequest): Way[] {
  return "decision" in tree
    ? [{ decision: tree.decision, request }]
    : tree.branches.flatMap(({ answer, then }) =>
        waysIn(then, supposing(request, tree.fact, answer)),
      );
}

function supposing(
  request: AccessRequest,
  fact: string,
  answer: string,
): AccessRequest {
  const given = answer === "none" ? null : answer;
  switch (fact) {
    case "country":
    case "ip":
      return { ...request, [fact]: answer };
    case "certificate":
      return {
        ...request,
        certificate: given === null ? null : { commonName: given },
      };
    case "linked_app_token":
      return { ...request, linkedAppToken: given };
    default: {
      const known = { ...request.known, [fact]: answer === "true" };
      return { ...request, known };
    }
  }
}
