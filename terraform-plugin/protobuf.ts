/**
 * Protocol Buffers as far as the plugin protocol needs them: strings, bytes,
 * booleans, non-negative integers, messages, lists and string-keyed maps of
 * messages. Terraform starts a provider three times for one plan, so the
 * start-up time of a full library would be paid three times.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */

const VARINT = 0;
const BYTES = 2;

/** How one field of a message is written and read. */
export interface Field<T> {
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
}

class Writer {
  readonly #parts: Uint8Array[] = [];

  varint(value: number): void {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
    this.#parts.push(Uint8Array.from(bytes));
  }

  tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  bytes(field: number, value: Uint8Array): void {
    this.tag(field, BYTES);
    this.varint(value.length);
    this.#parts.push(value);
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

class Reader {
  #offset = 0;
  readonly #buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
  }

  get done(): boolean {
    return this.#offset >= this.#buffer.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#take(1)[0] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  bytes(): Buffer {
    return this.#take(this.varint());
  }

  skip(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === BYTES) this.bytes();
    else if (wire === 1) this.#take(8);
    else if (wire === 5) this.#take(4);
    else throw new RangeError(`unknown protobuf wire type ${wire}`);
  }

  #take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#buffer.length)
      throw new RangeError("protobuf message is cut off");
    const taken = this.#buffer.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }
}

/** A message type from its fields. */
export function message<T extends object>(fields: {
  readonly [K in keyof T]: Field<T[K]>;
}): Message<T> {
  const names = Object.keys(fields) as (keyof T)[];
  const byNumber = new Map(names.map((name) => [fields[name].number, name]));
  return {
    encode(value) {
      const out = new Writer();
      for (const name of names) {
        const given = value[name];
        if (given !== undefined) fields[name].write(given as T[keyof T], out);
      }
      return out.finish();
    },
    decode(bytes) {
      const reader = new Reader(bytes);
      const value = {} as T;
      for (const name of names) value[name] = fields[name].absent;
      while (!reader.done) {
        const tag = reader.varint();
        const name = byNumber.get(Math.floor(tag / 8));
        if (name === undefined) reader.skip(tag % 8);
        else value[name] = fields[name].read(reader, value[name]);
      }
      return value;
    },
  };
}

export function string(number: number): Field<string> {
  return {
    number,
    absent: "",
    write(value, out) {
      if (value !== "") out.bytes(number, Buffer.from(value));
    },
    read: (reader) => reader.bytes().toString(),
  };
}

export function bytes(number: number): Field<Uint8Array> {
  return {
    number,
    absent: new Uint8Array(),
    write(value, out) {
      if (value.length > 0) out.bytes(number, value);
    },
    read: (reader) => reader.bytes(),
  };
}

export function integer(number: number): Field<number> {
  return {
    number,
    absent: 0,
    write(value, out) {
      if (value === 0) return;
      out.tag(number, VARINT);
      out.varint(value);
    },
    read: (reader) => reader.varint(),
  };
}

export function bool(number: number): Field<boolean> {
  const asInteger = integer(number);
  return {
    number,
    absent: false,
    write: (value, out) => asInteger.write(value ? 1 : 0, out),
    read: (reader) => reader.varint() !== 0,
  };
}

/** One alternative of a `oneof`: a string that counts even when it is empty. */
export function stringChoice(number: number): Field<string | undefined> {
  return {
    number,
    absent: undefined,
    write(value, out) {
      if (value !== undefined) out.bytes(number, Buffer.from(value));
    },
    read: (reader) => reader.bytes().toString(),
  };
}

/** One alternative of a `oneof`: an integer that counts even when it is 0. */
export function integerChoice(number: number): Field<number | undefined> {
  return {
    number,
    absent: undefined,
    write(value, out) {
      if (value === undefined) return;
      out.tag(number, VARINT);
      out.varint(value);
    },
    read: (reader) => reader.varint(),
  };
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
      if (value !== undefined) out.bytes(number, type().encode(value));
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
      for (const item of value) out.bytes(number, type().encode(item));
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
        out.bytes(number, entry.encode({ key, value }));
    },
    read(reader, before) {
      const { key, value } = entry.decode(reader.bytes());
      return { ...before, [key]: value ?? type().decode(new Uint8Array()) };
    },
  };
}
