/**
 * Gives the tests RSA keys that were made before: to make one takes longer than
 * most tests do, and a local Cloudflare has three. Each is another than the
 * eleven before it.
 */
const crypto = require("node:crypto");
const {
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} = require("node:fs");
const { join } = require("node:path");
const { promisify } = require("node:util");

const FOLDER = join(__dirname, ".cache/test-keys");
const KEYS = 12;
const BITS = 2048;

let given = 0;
function nextKey() {
  const file = join(FOLDER, `${given++ % KEYS}.pem`);
  try {
    return crypto.createPrivateKey(readFileSync(file));
  } catch {
    return made(file);
  }
}

function made(file) {
  const { privateKey } = crypto.generateKeyPairSync("rsa", {
    modulusLength: BITS,
  });
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${process.pid}`;
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(unfinished, pem, { mode: 0o600 });
  renameSync(unfinished, file);
  return privateKey;
}

// Node's own modules are the same for all test files of a process.
const ORIGINAL = Symbol.for("access-stacks.original");
const { subtle } = crypto.webcrypto;
const generateKey = subtle.generateKey[ORIGINAL] ?? subtle.generateKey;
const generateKeyPair =
  crypto.generateKeyPair[ORIGINAL] ?? crypto.generateKeyPair;

subtle.generateKey = Object.assign(
  async (algorithm, extractable, usages) => {
    const { modulusLength, name } = algorithm;
    if (name !== "RSASSA-PKCS1-v1_5" || modulusLength !== BITS)
      return generateKey.call(subtle, algorithm, extractable, usages);
    const privateKey = nextKey();
    const imported = (key, isExtractable, usage) =>
      subtle.importKey(
        "jwk",
        key.export({ format: "jwk" }),
        algorithm,
        isExtractable,
        usages.filter((one) => one === usage),
      );
    return {
      privateKey: await imported(privateKey, extractable, "sign"),
      publicKey: await imported(
        crypto.createPublicKey(privateKey),
        true,
        "verify",
      ),
    };
  },
  { [ORIGINAL]: generateKey },
);

crypto.generateKeyPair = Object.assign((...args) => generateKeyPair(...args), {
  [ORIGINAL]: generateKeyPair,
  [promisify.custom]: async (type, options) => {
    if (type !== "rsa" || options.modulusLength !== BITS)
      return promisify(generateKeyPair)(type, options);
    const privateKey = nextKey();
    return { privateKey, publicKey: crypto.createPublicKey(privateKey) };
  },
});
