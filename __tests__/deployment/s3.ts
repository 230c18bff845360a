import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { endTree } from "../../deployment/processes";
import type { Bucket } from "./bucket";
import { oneAtATime } from "./one-at-a-time";

/**
 * The command of moto, which speaks Amazon's S3 on this machine; undefined where
 * it is not installed: `pip install "moto[server]>=5.1"`.
 */
export const MOTO = ["moto_server"].find((name) => {
  try {
    execFileSync(name, ["--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** A bucket that speaks Amazon's S3. */
export async function startBucket(): Promise<Bucket> {
  const child = spawn(MOTO ?? "", ["-H", "127.0.0.1", "-p", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const moto = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error("moto ended")));
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
        if (found) resolve(Number(found));
      });
  });
  const door = await oneAtATime(moto);
  const endpoint = `http://127.0.0.1:${door.port}`;
  const ask = async (method: string, path: string, body?: string) => {
    const answer = await fetch(`${endpoint}/states${path}`, {
      method,
      body,
      // Who asks without a name may not change what others wrote.
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=nobody/20261124/us-east-1/s3/aws4_request",
      },
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  const close = async () => {
    await door.close();
    const gone = once(child, "close");
    endTree(child);
    await gone;
  };
  await ask("PUT", "").catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    env: {
      ACCESS_STATE: "s3",
      ACCESS_STATE_BUCKET: "states",
      ACCESS_STATE_ENDPOINT: endpoint,
      AWS_ACCESS_KEY_ID: "nobody",
      AWS_SECRET_ACCESS_KEY: "the-secret-of-the-bucket",
    },
    async keys() {
      const found = (await ask("GET", "")).matchAll(/<Key>([^<]*)<\/Key>/g);
      return [...found].map(([, key]) => key ?? "").sort();
    },
    put: async (key, text) => void (await ask("PUT", `/${key}`, text)),
    delete: async (key) => void (await ask("DELETE", `/${key}`)),
    close,
  };
}
