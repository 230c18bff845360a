import { launch } from "../../../terraform-plugin/launch";
import { files } from "./provider";

void launch(files);
