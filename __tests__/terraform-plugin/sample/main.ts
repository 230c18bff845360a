import { launch } from "../../../terraform-plugin/launch";
import { sampleIn } from "./provider";

void launch(sampleIn);
// Before the handshake is out: none of this may get into it.
console.log("a line of the provider's own");
process.stdout.write("and text without a line's end");
