import { launch } from "../../../terraform-plugin/launch";
import { sample } from "./provider";

void launch(sample);
// Before the handshake is out: none of this may get into it.
console.log("a line of the provider's own");
process.stdout.write("and text without a line's end");
