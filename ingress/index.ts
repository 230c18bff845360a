/**
 * How cloudflared picks an ingress rule, and what it refuses.
 *
 * @packageDocumentation
 */
export { decodePath, findMatchingRule, matchesRule } from "./match";
export { openPathPattern } from "./open-path";
export { originRequestFaults } from "./origin-request";
export { isCatchAll, takesEveryHost } from "./rule";
export type { IngressRule } from "./rule";
export { samplePaths } from "./samples";
export { newServiceFault, serviceFault } from "./service";
export {
  excludeEachOther,
  interferes,
  pathsMayOverlap,
  swallows,
} from "./shadow";
export {
  hostnameFault,
  ingressFaults,
  pathFault,
  ruleFaults,
} from "./validate";
