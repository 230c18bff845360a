import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { bundle } from "../../terraform-plugin/bundle";
import {
  selfSignedCertificate,
  type Certificate,
} from "../../terraform-plugin/certificate";
import { ENTRY } from "./workspace";

const pem = ({ certificate }: Certificate) =>
  new X509Certificate(certificate).toString();

test("is a certificate for localhost that other software reads", () => {
  const x509 = new X509Certificate(selfSignedCertificate().certificate);

  expect(x509.verify(x509.publicKey)).toBe(true);
  expect(x509).toMatchObject({
    ca: true,
    subject: "CN=localhost",
    subjectAltName: "DNS:localhost",
  });
  expect(x509.checkHost("localhost")).toBe("localhost");
  expect(Date.parse(x509.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(x509.validTo)).toBeGreaterThan(Date.now());
});

test("is valid from the day before", () => {
  const x509 = new X509Certificate(
    selfSignedCertificate(Date.UTC(2031, 11, 31)).certificate,
  );

  expect(new Date(x509.validFrom).toISOString()).toBe(
    "2031-12-30T00:00:00.000Z",
  );
});

test("a launched provider answers only the process that started it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "plugin-test-"));
  const script = join(directory, "provider.js");
  // Too long for an argument.
  writeFileSync(script, bundle(ENTRY).code.read());
  const ours = selfSignedCertificate();
  const provider = spawn(process.execPath, [script], {
    env: {
      TMPDIR: directory,
      PLUGIN_CLIENT_CERT: pem(ours),
      PLUGIN_PROTOCOL_VERSIONS: "5,6",
      TF_PLUGIN_MAGIC_COOKIE:
        "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(provider.stdout, "data")) as [Buffer];
  const [, , , socket = "", , certificate = ""] = line
    .toString()
    .trim()
    .split("|");
  const server = new X509Certificate(
    Buffer.from(certificate, "base64"),
  ).toString();

  /** Status of a call with this client certificate, or the error's code. */
  const call = (client?: Certificate) =>
    new Promise<unknown>((settle) => {
      const session = connectHttp2("https://localhost", {
        createConnection: () =>
          connectTls({
            path: socket,
            servername: "localhost",
            ca: server,
            ALPNProtocols: ["h2"],
            ...(client && { cert: pem(client), key: client.privateKey }),
          }),
      });
      session.on("error", () => settle("refused"));
      session.on("close", () => settle("refused"));
      const stream = session.request({
        ":method": "POST",
        ":path": "/plugin.GRPCController/Nothing",
        "content-type": "application/grpc",
      });
      stream.on("error", () => settle("refused"));
      stream.on("response", (headers) => {
        settle(headers["grpc-status"]);
        session.close();
      });
      stream.end(Buffer.alloc(5));
    });

  expect(await call()).toBe("refused");
  expect(await call(selfSignedCertificate())).toBe("refused");
  expect(await call(ours)).toBe("12"); // unimplemented: it has been let in

  provider.kill();
  await once(provider, "exit");
  rmSync(directory, { recursive: true });
});
