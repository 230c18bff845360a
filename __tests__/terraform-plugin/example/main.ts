import { launch } from "../../../terraform-plugin";
import { files } from "./provider";

void launch(files);
