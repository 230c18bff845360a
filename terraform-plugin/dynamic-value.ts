import { decodeValue, encodeValue } from "./msgpack";
import type { ObjectValue, Type, Value } from "./value";
import { decodeJson } from "./state-json";

type Received = Partial<{ msgpack: Uint8Array; json: Uint8Array }> | undefined;

/** A value as the protocol's messages carry it. */
export function dynamicValue(type: Type, value: Value) {
  return { msgpack: encodeValue(type, value) };
}

/** A resource's state; `null` before it exists and after it is gone. */
export function decodeState(type: Type, message: Received): ObjectValue | null {
  if (message?.msgpack?.length)
    return decodeValue(type, message.msgpack) as ObjectValue | null;
  if (message?.json?.length)
    return decodeJson(type, message.json) as ObjectValue | null;
  return null;
}

/** A configuration, which is always there: every attribute of it may be null. */
export function decodeConfig(type: Type, message: Received): ObjectValue {
  return decodeState(type, message) ?? {};
}
