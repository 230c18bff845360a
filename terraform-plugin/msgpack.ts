/**
 * Values as Terraform sends them: MessagePack, read and written by type.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */
import { decode, encode, ExtData } from "@msgpack/msgpack";
import { numberFromText } from "./number";
import { isObjectValue, typeOfValue } from "./types";
import { Dynamic, UNKNOWN, type Type, type Value } from "./value";

/** Values as the MessagePack library takes and gives them. */
type Raw =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | ExtData
  | Raw[]
  | { [key: string]: Raw };

// Terraform reads any extension type as unknown and writes type 12 where it
// knows something about the value, such as "not null".
const UNKNOWN_EXTENSION = new ExtData(0, new Uint8Array(1));

/** @throws TypeError if the value is not of the type, naming the place. */
export function encodeValue(type: Type, value: Value): Uint8Array {
  return encode(toRaw(type, value, "value"), { useBigInt64: true });
}

/** @throws if the bytes are not MessagePack of that type. */
export function decodeValue(type: Type, bytes: Uint8Array): Value {
  return fromRaw(type, decode(bytes, { useBigInt64: true }) as Raw);
}

function toRaw(type: Type, value: Value | undefined, place: string): Raw {
  if (value === undefined || value === null) return null;
  if (value === UNKNOWN) return UNKNOWN_EXTENSION;
  if (type === "dynamic") {
    const { type: actual, value: inner } =
      value instanceof Dynamic
        ? value
        : { type: typeOfValue(value), value: value };
    const json = Buffer.from(JSON.stringify(actual));
    return [json, toRaw(actual, inner, place)];
  }
  if (type === "string" && typeof value === "string") return value;
  if (type === "bool" && typeof value === "boolean") return value;
  if (type === "number" && typeof value === "number")
    return numberToRaw(value, place);
  if (type === "number" && typeof value === "string") return value;
  if (typeof type !== "string") {
    if (Array.isArray(value)) {
      if (type[0] === "list" || type[0] === "set")
        return value.map((v, i) => toRaw(type[1], v, `${place}[${i}]`));
      if (type[0] === "tuple" && value.length === type[1].length)
        return type[1].map((t, i) => toRaw(t, value[i], `${place}[${i}]`));
    } else if (isObjectValue(value)) {
      if (type[0] === "map")
        return mapRecord(value, (v, k) => toRaw(type[1], v, `${place}.${k}`));
      if (type[0] === "object") {
        refuseOthers(type[1], value, place);
        return mapRecord(type[1], (t, k) =>
          toRaw(t, value[k], `${place}.${k}`),
        );
      }
    }
  }
  throw new TypeError(`${place} is not of type ${JSON.stringify(type)}`);
}

function numberToRaw(value: number, place: string): Raw {
  if (!Number.isFinite(value)) throw new TypeError(`${place} is ${value}`);
  // A fraction travels as text: 0.1 as a double is another number to Terraform.
  return Number.isSafeInteger(value) ? value + 0 : String(value);
}

function refuseOthers(known: object, value: object, place: string): void {
  for (const name of Object.keys(value))
    if (!Object.hasOwn(known, name))
      throw new TypeError(`${place} has no attribute "${name}"`);
}

function fromRaw(type: Type, raw: Raw | undefined): Value {
  if (raw === null || raw === undefined) return null;
  if (raw instanceof ExtData) return UNKNOWN;
  if (type === "dynamic") {
    const [json, inner] = raw as [Uint8Array | string, Raw];
    const actual = JSON.parse(
      typeof json === "string" ? json : Buffer.from(json).toString(),
    ) as Type;
    return new Dynamic(actual, fromRaw(actual, inner));
  }
  if (type === "string" && typeof raw === "string") return raw;
  if (type === "bool" && typeof raw === "boolean") return raw;
  if (type === "number" && (typeof raw !== "object" || raw === null))
    return numberFromText(String(raw));
  if (typeof type !== "string") {
    if (Array.isArray(raw)) {
      if (type[0] === "list" || type[0] === "set")
        return raw.map((item) => fromRaw(type[1], item));
      if (type[0] === "tuple")
        return type[1].map((t, index) => fromRaw(t, raw[index]));
    } else if (isRawRecord(raw)) {
      if (type[0] === "map") return mapRecord(raw, (v) => fromRaw(type[1], v));
      if (type[0] === "object")
        return mapRecord(type[1], (t, name) => fromRaw(t, raw[name]));
    }
  }
  throw new TypeError(`Terraform sent no ${JSON.stringify(type)}`);
}

function isRawRecord(raw: Raw): raw is { [key: string]: Raw } {
  return typeof raw === "object" && raw !== null && !ArrayBuffer.isView(raw);
}

function mapRecord<A, B>(
  record: { [key: string]: A },
  change: (value: A, key: string) => B,
): { [key: string]: B } {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)]),
  );
}
