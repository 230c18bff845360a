import { AccessStacks } from "../../stacks/app";

/** A main.ts that fails by itself. */
AccessStacks.synthesize(() => {
  throw new Error("no such preset: comfy");
});
