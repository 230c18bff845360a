/**
 * Begins the import id of what a create wrote before it was cut off, which only
 * the journal knows: a destroy imports it, to give back what was there before.
 */
export const CUT_CREATE = "cut:";

/** What such an import fails with where nothing is left to give back. */
export const NOTHING_LEFT = "Nothing is left of the create that was cut off";
