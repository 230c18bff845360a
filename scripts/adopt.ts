import { command, main } from "./command";

export interface AdoptOptions {
  autoApprove?: boolean;
  ours: readonly string[];
  json?: boolean;
}

const adopt = command(
  "adopt",
  "Finds objects that an interrupted deploy created but Terraform does not know, and imports or deletes them",
)
  .argument("<stacks...>", "names of stacks in main.ts")
  .option("--auto-approve", "import or delete without asking")
  .option(
    "--ours <ids...>",
    "ids of objects that a deploy of yours created: the stack's from then on, for a destroy to delete",
    [],
  )
  .option("--json", "print the findings and actions as JSON")
  .addHelpText("after", "\nExample:\n  npm run adopt -- comfyui")
  .action(async (...given: [string[], AdoptOptions]) =>
    (await import("./actions/adopt")).run(...given),
  );

void main(adopt);
