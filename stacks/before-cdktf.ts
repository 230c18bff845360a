/**
 * Imported before cdktf: it takes a stack trace for every token, and with
 * source maps on, those of the bindings, megabytes each, would be read with
 * every import and parsed for every trace. That was a third of a synth.
 * Whoever looks for a failure asks Node for them.
 */
if (!process.execArgv.includes("--enable-source-maps"))
  process.setSourceMapsEnabled(false);
