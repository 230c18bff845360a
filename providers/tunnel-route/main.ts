import { launch } from "../../terraform-plugin/launch";
import { tunnelProvider } from "./provider";

void launch(tunnelProvider);
