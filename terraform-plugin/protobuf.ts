/**
 * Message types of Protocol Buffers, described in TypeScript so that their
 * fields have TypeScript's types. protobufjs reads and writes the wire's own
 * types. Its part that knows messages too is left out: it makes a program for
 * each message type when it is first used, and Terraform starts a provider
 * three times for one plan.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
import { Reader, Writer } from "protobufjs/minimal";

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** How one field of a message is written and read. */
interface Field<T> {
  readonly number: number;
  /** The value of a field that is not on the wire. */
  readonly absent: T;
  write(value: T, out: Writer): void;
  /** `before` is what earlier occurrences of the field came to. */
  read(reader: Reader, before: T): T;
}

/** A message type; a field left out has the protocol's default. */
export interface Message<T> {
  encode(value: Partial<T>): Buffer;
  decode(bytes: Uint8Array): T;
  /** As `encode`, for a message inside another. */
  write(value: Partial<T>, out: Writer): void;
}

/** A message type from its fields. */
export function message<T extends object>(fields: {
  readonly [K in keyof T]: Field<T[K]>;
}): Message<T> {
  const names = Object.keys(fields) as (keyof T)[];
  const byNumber = new Map(names.map((name) => [fields[name].number, name]));
  const write = (value: Partial<T>, out: Writer) => {
    for (const name of names) {
      const given = value[name];
      if (given !== undefined) fields[name].write(given as T[keyof T], out);
    }
  };
  return {
    write,
    encode(value) {
      const out = Writer.create();
      write(value, out);
      return out.finish() as Buffer; // as it is in Node
    },
    decode(bytes) {
      const reader = Reader.create(bytes);
      const value = {} as T;
      for (const name of names) value[name] = fields[name].absent;
      while (reader.pos < reader.len) {
        const tag = reader.uint32();
        const name = byNumber.get(tag >>> 3);
        if (name === undefined) reader.skipType(tag & 7);
        else value[name] = fields[name].read(reader, value[name]);
      }
      return value;
    },
  };
}

function tag(number: number, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}

/** A field of one of the wire's own types, left out where it is `absent`. */
function scalar<T>(
  number: number,
  wireType: number,
  absent: T,
  write: (out: Writer, value: NonNullable<T>) => void,
  read: (reader: Reader) => T,
): Field<T> {
  return {
    number,
    absent,
    write(value, out) {
      if (value === absent || value === undefined || value === null) return;
      write(out.uint32(tag(number, wireType)), value);
    },
    read,
  };
}

const writeString = (out: Writer, value: string) => out.string(value);
const readString = (reader: Reader) => reader.string();
const writeInteger = (out: Writer, value: number) => out.int64(value);
// The library gives a number or an object that prints as one.
const readInteger = (reader: Reader) => Number(reader.int64());

export function string(number: number): Field<string> {
  return scalar(number, LENGTH_DELIMITED, "", writeString, readString);
}

export function bytes(number: number): Field<Uint8Array> {
  return scalar<Uint8Array>(
    number,
    LENGTH_DELIMITED,
    new Uint8Array(),
    (out, value) => out.bytes(value),
    (reader) => reader.bytes(),
  );
}

export function integer(number: number): Field<number> {
  return scalar(number, VARINT, 0, writeInteger, readInteger);
}

export function bool(number: number): Field<boolean> {
  return scalar<boolean>(
    number,
    VARINT,
    false,
    (out, value) => out.bool(value),
    (reader) => reader.bool(),
  );
}

/** One alternative of a `oneof`: a string that counts even when it is empty. */
export function stringChoice(number: number): Field<string | undefined> {
  return scalar<string | undefined>(
    number,
    LENGTH_DELIMITED,
    undefined,
    writeString,
    readString,
  );
}

/** One alternative of a `oneof`: an integer that counts even when it is 0. */
export function integerChoice(number: number): Field<number | undefined> {
  return scalar<number | undefined>(
    number,
    VARINT,
    undefined,
    writeInteger,
    readInteger,
  );
}

/** A message inside a message; a function, so that messages can nest themselves. */
export function one<T>(
  number: number,
  type: () => Message<T>,
): Field<Partial<T> | undefined> {
  return {
    number,
    absent: undefined,
    write(value, out) {
      if (value !== undefined) writeMessage(number, type(), value, out);
    },
    read: (reader) => type().decode(reader.bytes()),
  };
}

export function list<T>(
  number: number,
  type: () => Message<T>,
): Field<readonly Partial<T>[]> {
  return {
    number,
    absent: [],
    write(value, out) {
      for (const item of value) writeMessage(number, type(), item, out);
    },
    read: (reader, before) => [...before, type().decode(reader.bytes())],
  };
}

export function map<T>(
  number: number,
  type: () => Message<T>,
): Field<{ readonly [key: string]: Partial<T> }> {
  // On the wire a map is a list of (key = 1, value = 2) messages.
  const entry = message({ key: string(1), value: one(2, type) });
  return {
    number,
    absent: {},
    write(entries, out) {
      for (const [key, value] of Object.entries(entries))
        writeMessage(number, entry, { key, value }, out);
    },
    read(reader, before) {
      const { key, value } = entry.decode(reader.bytes());
      return { ...before, [key]: value ?? type().decode(new Uint8Array()) };
    },
  };
}

function writeMessage<T>(
  number: number,
  type: Message<T>,
  value: Partial<T>,
  out: Writer,
): void {
  out.uint32(tag(number, LENGTH_DELIMITED)).fork();
  type.write(value, out);
  out.ldelim();
}
