import { launch } from "../../../terraform-plugin/launch";
import { sample } from "./provider";

void launch(sample);
