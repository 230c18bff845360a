/**
 * What a script has loaded before, in one file for the next run: of each module
 * its code, as tsx made it, what V8 had compiled of it, and which files the
 * libraries are. To find, read, translate and compile them one by one is most
 * of a command's start.
 *
 * A module is taken from here only where its file's size and times are what
 * they were, and a library's place only where that holds for all folders and
 * each package.json that decide it.
 */
const { Buffer } = require("node:buffer");
const {
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { dirname, isAbsolute, join, sep } = require("node:path");
const { Script } = require("node:vm");

const LIBRARIES = `${sep}node_modules${sep}`;

/** Size, and times of the last change of content and of anything. */
function stateOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  // Only the last one can't be set by anyone.
  return found ? [found.size, found.mtimeMs, found.ctimeMs] : null;
}

function isSame(one, other) {
  return one === null || other === null
    ? one === other
    : one.every((value, index) => value === other[index]);
}

/** One that changes again this soon may have the same times as before. */
function isSettled(state) {
  return state === null || Date.now() - state[1] >= 2000;
}

/** Options that change which file a library is, or how one begins. */
const OTHERWISE =
  /(^|\s)-C|--conditions|--preserve-symlinks|--experimental|--inspect-brk/;

/** Node's own way, for modules that import late: others may not do that yet. */
const byNode = Module.prototype._compile;
const IMPORTS_LATE = /\bimport\s*(?:\/[*/][^]*?)?\(/;

class KeptModules {
  #file;
  #madeBy;
  /** By path: state, code in Node's wrapper, what V8 compiled of it, and `isLate`. */
  #modules = new Map();
  /** Paths of libraries, by the path of who asks for which name. */
  #places = new Map();
  /** Compiled by this process. */
  #scripts = new Map();
  #hasNew = false;
  /** Of whose state it is known that it is as before. */
  #next;

  /**
   * @param file where they are kept. Undefined: nowhere
   * @param sources files that decide how the code of all modules is made
   */
  constructor(file, sources) {
    const options = `${process.execArgv.join(" ")} ${process.env.NODE_OPTIONS ?? ""}`;
    if (file === undefined || OTHERWISE.test(options)) return;
    this.#file = file;
    this.#madeBy = [
      process.env.NODE_PATH ?? "",
      ...[__filename, ...sources].map(stateOf),
    ];
    try {
      this.#read(readFileSync(file));
    } catch {
      // There is none yet, or none that can be read.
    }
    // V8 takes nothing that was compiled with other options.
    if (process.execArgv.length === 2 && !process.env.NODE_OPTIONS)
      process.on("exit", () => this.#keep());
  }

  /** Whether a module is loaded already, or its file is as before. */
  has(path) {
    if (path in Module._cache) return true;
    this.#next = undefined;
    if (this.of(path) === undefined) return false;
    this.#next = path;
    return true;
  }

  /** A module whose file is as before: its code, and whether that imports late. */
  of(path) {
    const known = this.#modules.get(path);
    return known && (this.#next === path || isSame(known.state, stateOf(path)))
      ? known
      : undefined;
  }

  /** Keeps a module. @returns false where it can't, or it is none of CommonJS. */
  add(path, code) {
    const state = stateOf(path);
    if (this.#file === undefined || !state || !isSettled(state)) return false;
    // It is not read, and libraries have megabytes of it in their files.
    const shown = code.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "");
    const isLate = IMPORTS_LATE.test(shown);
    this.#modules.set(path, { state, code: Module.wrap(shown), isLate });
    this.#hasNew = true;
    try {
      if (!isLate) this.#compile(path);
    } catch {
      this.#modules.delete(path);
      return false;
    }
    return true;
  }

  /** Loads a module that is kept. */
  run(module, path) {
    this.#next = undefined;
    const { code, isLate } = this.#modules.get(path);
    if (isLate) {
      byNode.call(module, unwrapped(code), path);
      return;
    }
    const script = this.#scripts.get(path) ?? this.#compile(path);
    const { exports } = module;
    script
      .runInThisContext()
      .call(exports, exports, requireOf(module), module, path, dirname(path));
  }

  /** Which file a library is. Undefined: not known. */
  placeOf(name, from) {
    return this.#places.get(from)?.get(name);
  }

  addPlace(name, from, path) {
    if (!path.includes(LIBRARIES) || !isAbsolute(from)) return;
    const places = this.#places.get(from) ?? new Map();
    this.#places.set(from, places.set(name, path));
    this.#hasNew = true;
  }

  #compile(path) {
    const { code, compiled } = this.#modules.get(path);
    const script = new Script(code, {
      filename: path,
      // As if it stood alone.
      columnOffset: -Module.wrapper[0].length,
      cachedData: compiled,
    });
    if (compiled !== undefined && !script.cachedDataRejected) return script;
    this.#scripts.set(path, script);
    this.#hasNew = true;
    return script;
  }

  #read(bytes) {
    const end = 4 + bytes.readUInt32LE();
    const { madeBy, modules, places, deciding, length } = JSON.parse(
      bytes.toString("utf8", 4, end),
    );
    if (JSON.stringify(madeBy) !== JSON.stringify(this.#madeBy)) return;
    const start = aligned(end + length);
    // One text outside the heap, of which each code is a part.
    const codes = bytes.latin1Slice(end, end + length);
    let [at, compiledAt] = [0, start];
    for (const [path, state, isLate, size, isUtf8, compiledSize] of modules) {
      const code = codes.slice(at, (at += size));
      const compiled = bytes.subarray(compiledAt, compiledAt + compiledSize);
      compiledAt = aligned(compiledAt + compiledSize);
      if (!code.endsWith(Module.wrapper[1])) continue;
      this.#modules.set(path, {
        state,
        isLate,
        code: isUtf8 ? Buffer.from(code, "latin1").toString() : code,
        compiled: compiledSize > 0 ? compiled : undefined,
      });
    }
    if (deciding.every(([path, state]) => isSame(state, stateOf(path))))
      for (const [from, names] of places)
        this.#places.set(from, new Map(names));
  }

  #keep() {
    if (!this.#hasNew) return;
    const unfinished = `${this.#file}.${process.pid}`;
    try {
      writeFileSync(unfinished, this.#written(), { mode: 0o600 });
      renameSync(unfinished, this.#file);
    } catch {
      // A folder that can't be written to: the next run does it again.
    }
  }

  #written() {
    const modules = [...this.#modules]
      .filter(([path, { state }]) => isSame(state, stateOf(path)))
      .map(([path, { state, isLate, code, compiled }]) => {
        const isUtf8 = /[^\0-\xff]/.test(code);
        return {
          entry: [path, state, isLate],
          isUtf8,
          code: Buffer.from(code, isUtf8 ? "utf8" : "latin1"),
          compiled:
            this.#scripts.get(path)?.createCachedData() ??
            compiled ??
            Buffer.alloc(0),
        };
      });
    const deciding = decidingPlaces(this.#places);
    const isKnown = deciding.every(([, state]) => isSettled(state));
    const codes = Buffer.concat(modules.map(({ code }) => code));
    const header = Buffer.from(
      JSON.stringify({
        madeBy: this.#madeBy,
        modules: modules.map(({ entry, isUtf8, code, compiled }) => [
          ...entry,
          code.length,
          isUtf8,
          compiled.length,
        ]),
        places: isKnown
          ? [...this.#places].map(([from, names]) => [from, [...names]])
          : [],
        deciding: isKnown ? deciding : [],
        length: codes.length,
      }),
    );
    const size = Buffer.alloc(4);
    size.writeUInt32LE(header.length);
    const parts = [Buffer.concat([size, header, codes])];
    for (const { compiled } of modules)
      parts.push(padding(parts.at(-1).length), compiled);
    return Buffer.concat(parts);
  }
}

function unwrapped(code) {
  const [before, after] = Module.wrapper;
  return code.slice(before.length, -after.length);
}

/** V8 would copy what begins elsewhere. */
function aligned(offset) {
  return Math.ceil(offset / 8) * 8;
}

function padding(length) {
  return Buffer.alloc(aligned(length) - length);
}

/** State of whatever decides which files these libraries are, by its path. */
function decidingPlaces(places) {
  const files = [...places].flatMap(([from, names]) => [
    from,
    ...names.values(),
  ]);
  const folders = new Set();
  for (const file of files)
    for (
      let folder = dirname(file);
      !folders.has(folder);
      folder = dirname(folder)
    )
      folders.add(folder);
  return [...folders]
    .flatMap((folder) =>
      `${folder}${sep}`.includes(LIBRARIES)
        ? [folder, ...[join(folder, "package.json")].filter(existsSync)]
        : [join(folder, "node_modules")],
    )
    .map((path) => [path, stateOf(path)]);
}

/** As Node makes it for a module, which keeps its own to itself. */
function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) =>
    Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) =>
    Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

module.exports = { KeptModules, LIBRARIES };
