import { createRequire } from "node:module";

/**
 * Loads a module where it is first used: what few apps need would else cost
 * every synth milliseconds, and some bindings are large. Paths are as in an
 * import of this folder.
 */
export const onDemand: (module: string) => unknown = createRequire(__filename);
