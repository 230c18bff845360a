import { forStack } from "../../deployment/terraform";

test.each([" ", "\n", "\n│   "])(
  "names the stack in a remedy that Terraform has broken by %j",
  (gap) => {
    const command = ["npm", "run", "adopt", "--", "STACK", "--ours"].join(gap);
    expect(forStack(`STACK: ${command}`, "comfyui")).toBe(
      `STACK: ${command.replace("STACK", "comfyui")}`,
    );
  },
);
