import { App, TerraformStack } from "cdktf";

// The least that a synth can be: what bench/synth.ts compares main.ts with.
const app = new App();
new TerraformStack(app, "one");
app.synth();
