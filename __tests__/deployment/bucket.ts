/** A bucket on loopback. */
export interface Bucket {
  /** What deploys need in their environment to keep states in it. */
  readonly env: Readonly<Record<string, string>>;
  keys(): Promise<string[]>;
  put(key: string, text: string): Promise<void>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}
