import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { addFaults } from "../constructs/faults";
import { allLiterally } from "../constructs/literally";
import {
  impliedPromises,
  promiseFaults,
  PROMISES_OUTPUT,
  promisesOutput,
  sentenceOf,
  type AccessPromise,
} from "../contract/promises";

/**
 * Takes the promises of a service to the commands, with those of tokens that
 * are limited to paths. None says nothing: an output that comes with a new
 * version of this code would be a change to deploy.
 */
export function addPromises(
  scope: Construct,
  written: readonly AccessPromise[],
  tokens: readonly {
    readonly name: string;
    readonly paths?: readonly string[];
  }[],
): void {
  addFaults(
    scope,
    promiseFaults(
      written,
      tokens.map(({ name }) => name),
    ),
  );
  const named = new Set(written.map(sentenceOf));
  const promises = [
    ...written,
    ...impliedPromises({ openPaths: [], tokens }).filter(
      (one) => one.who.kind === "token" && !named.has(sentenceOf(one)),
    ),
  ];
  if (promises.length > 0)
    new TerraformOutput(scope, PROMISES_OUTPUT, {
      value: allLiterally(promisesOutput(promises)),
    });
}
