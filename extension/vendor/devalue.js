// devalue 6.0.3, https://github.com/sveltejs/devalue, MIT: see devalue.LICENSE. Made by scripts/vendor.mjs.
var sessionferryDevalue = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

  // <stdin>
  var stdin_exports = {};
  __export(stdin_exports, {
    stringify: () => stringify,
    stringifyAsync: () => stringifyAsync
  });

  // node_modules/devalue/src/constants.js
  var UNDEFINED = -1;
  var HOLE = -2;
  var NAN = -3;
  var POSITIVE_INFINITY = -4;
  var NEGATIVE_INFINITY = -5;
  var NEGATIVE_ZERO = -6;
  var SPARSE = -7;
  var MAX_ARRAY_LEN = 2 ** 32 - 1;
  var MAX_ARRAY_INDEX = MAX_ARRAY_LEN - 1;

  // node_modules/devalue/src/utils.js
  var DevalueError = class extends Error {
    /**
     * @param {string} message
     * @param {string[]} keys
     * @param {any} [value] - The value that failed to be serialized
     * @param {any} [root] - The root value being serialized
     */
    constructor(message, keys, value, root) {
      super(message);
      this.name = "DevalueError";
      this.path = keys.join("");
      this.value = value;
      this.root = root;
    }
  };
  var MAP_KEY = /* @__PURE__ */ Symbol();
  function format_path(keys, format_map_key) {
    const path = [];
    for (let i = 0; i < keys.length; i += 1) {
      const segment = keys[i];
      if (segment === MAP_KEY) {
        path.push(`.get(${format_map_key(keys[++i])})`);
      } else if (typeof segment === "number") {
        path.push(`[${segment}]`);
      } else {
        path.push(stringify_key(segment));
      }
    }
    return path;
  }
  var object_proto_names = /* @__PURE__ */ Object.getOwnPropertyNames(Object.prototype).sort().join("\0");
  function is_plain_object(thing) {
    const proto = Object.getPrototypeOf(thing);
    return proto === Object.prototype || proto === null || Object.getPrototypeOf(proto) === null || Object.getOwnPropertyNames(proto).sort().join("\0") === object_proto_names;
  }
  function get_type(thing) {
    return Object.prototype.toString.call(thing).slice(8, -1);
  }
  function is_buffer(thing) {
    return typeof Buffer !== "undefined" && Buffer.isBuffer(thing);
  }
  var needs_escape = /["<\\\u0000-\u001f\u2028\u2029]/;
  var json_leaves_raw = /[<\u2028\u2029]/g;
  var raw_escapes = { "<": "\\u003C", "\u2028": "\\u2028", "\u2029": "\\u2029" };
  function escape_raw(char) {
    return raw_escapes[char];
  }
  function stringify_string(str) {
    if (!needs_escape.test(str) && str.isWellFormed()) return `"${str}"`;
    return JSON.stringify(str).replace(json_leaves_raw, escape_raw);
  }
  var MAX_CACHED_KEY_LENGTH = 64;
  var quoted_keys = /* @__PURE__ */ new Map();
  function quote_key(key) {
    if (key.length > MAX_CACHED_KEY_LENGTH) return stringify_string(key);
    let quoted = quoted_keys.get(key);
    if (quoted === void 0) {
      if (quoted_keys.size >= 1024) quoted_keys.clear();
      quoted = stringify_string(key);
      quoted_keys.set(key, quoted);
    }
    return quoted;
  }
  function enumerable_symbols(object) {
    const symbols = Object.getOwnPropertySymbols(object);
    return symbols.length === 0 ? symbols : symbols.filter((symbol) => Object.getOwnPropertyDescriptor(object, symbol)?.enumerable);
  }
  var is_identifier = /^[a-zA-Z_$][a-zA-Z_$0-9]*$/;
  function stringify_key(key) {
    return is_identifier.test(key) ? "." + key : "[" + JSON.stringify(key) + "]";
  }
  function is_valid_array_index(n) {
    if (!Number.isInteger(n)) return false;
    if (n < 0) return false;
    if (n > MAX_ARRAY_INDEX) return false;
    return true;
  }
  function is_valid_array_index_string(s) {
    if (s.length === 0) return false;
    if (s.length > 1 && s.charCodeAt(0) === 48) return false;
    for (let i = 0; i < s.length; i++) {
      const c = s.charCodeAt(i);
      if (c < 48 || c > 57) return false;
    }
    return is_valid_array_index(+s);
  }
  function array_index_cut(keys) {
    for (var i = keys.length - 1; i >= 0; i--) {
      if (is_valid_array_index_string(keys[i])) {
        break;
      }
    }
    return i + 1;
  }
  function valid_array_indices(array) {
    const keys = Object.keys(array);
    keys.length = array_index_cut(keys);
    return keys;
  }

  // node_modules/devalue/src/base64.js
  function encode_native(array_buffer) {
    return new Uint8Array(array_buffer).toBase64();
  }
  function encode_buffer(array_buffer) {
    return Buffer.from(array_buffer).toString("base64");
  }
  function encode_legacy(array_buffer) {
    const array = new Uint8Array(array_buffer);
    let binary = "";
    const chunk_size = 32768;
    for (let i = 0; i < array.length; i += chunk_size) {
      const chunk = array.subarray(i, i + chunk_size);
      binary += String.fromCharCode.apply(
        null,
        /** @type {number[]} */
        /** @type {unknown} */
        chunk
      );
    }
    return btoa(binary);
  }
  var native = typeof Uint8Array.fromBase64 === "function";
  var buffer = typeof process === "object" && process.versions?.node !== void 0;
  var encode64 = native ? encode_native : buffer ? encode_buffer : encode_legacy;

  // node_modules/devalue/src/operations.js
  function merge_operations(defaults, overrides) {
    if (!overrides) return defaults;
    const merged = (
      /** @type {T} */
      {}
    );
    for (
      const key of
      /** @type {(keyof T)[]} */
      Object.keys(defaults)
    ) {
      merged[key] = overrides[key] ?? defaults[key];
    }
    return merged;
  }
  var NOT_PLAIN = /* @__PURE__ */ Object.freeze({ kind: "not-plain" });
  var SYMBOL_KEYS = /* @__PURE__ */ Object.freeze({ kind: "symbol-keys" });
  var stringify_operations = {
    identify: (value) => value,
    typeOf: (value) => value === null ? "null" : typeof value,
    toPrimitive: (value) => value,
    tagOf: (value) => get_type(value),
    isThenable: (value) => typeof value.then === "function",
    toPromise: (thenable) => Promise.resolve(thenable),
    unbox: (boxed) => boxed.valueOf(),
    toISOString: (date) => isNaN(date.getDate()) ? "" : date.toISOString(),
    toStringValue: (value) => value.toString(),
    regExpInfo: (regexp) => ({ source: regexp.source, flags: regexp.flags }),
    valuesOf: (set) => set,
    entriesOf: (map) => map,
    viewInfo: (view) => {
      if (is_buffer(view)) view = new Uint8Array(view);
      return {
        buffer: view.buffer,
        byteOffset: view.byteOffset,
        byteLength: view.byteLength,
        length: view.length,
        bufferByteLength: view.buffer.byteLength
      };
    },
    toArrayBuffer: (buffer2) => buffer2,
    lengthOf: (array) => array.length,
    hasOwn: (value, key) => Object.hasOwn(value, key),
    indicesOf: (array) => valid_array_indices(array),
    shapeOf: (value) => {
      if (!is_plain_object(value)) return NOT_PLAIN;
      if (enumerable_symbols(value).length > 0) return SYMBOL_KEYS;
      return {
        kind: Object.getPrototypeOf(value) === null ? "null-proto" : "plain",
        keys: Object.keys(value)
      };
    },
    get: (value, key) => value[key]
  };
  var default_stringify_operations = /* @__PURE__ */ Object.freeze(stringify_operations);
  var array_buffer_byte_length = (
    /** @type {() => number} */
    Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")?.get
  );
  var shared_array_buffer_byte_length = typeof SharedArrayBuffer === "undefined" ? void 0 : Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "byteLength")?.get;

  // node_modules/devalue/src/stringify.js
  function stringify(value, reducers, options) {
    const stringified = run(false, value, reducers, options);
    return typeof stringified === "string" ? stringified : `[${stringified.join(",")}]`;
  }
  async function stringifyAsync(value, reducers, options) {
    const stringified = run(true, value, reducers, options);
    if (typeof stringified === "string") {
      return stringified;
    }
    let out = "[";
    for (let i = 0; i < stringified.length; i += 1) {
      let value2 = stringified[i];
      if (typeof value2 !== "string") {
        await value2;
        value2 = stringified[i];
        if (i === 0 && value2 < 0) {
          return `${value2}`;
        }
      }
      out += value2;
      if (i < stringified.length - 1) {
        out += ",";
      }
    }
    out += "]";
    return out;
  }
  function run(async, value, reducers, options) {
    const ops = merge_operations(default_stringify_operations, options?.operations);
    const stringified = [];
    const indexes = /* @__PURE__ */ new Map();
    const custom = [];
    if (reducers) {
      for (const key of Object.getOwnPropertyNames(reducers)) {
        custom.push({ key, fn: reducers[key] });
      }
    }
    let keys = [];
    let p = 0;
    function error(message, thing) {
      const path = format_path(keys, (key) => {
        const key_type = ops.typeOf(key);
        const key_is_primitive = key_type !== "object" && key_type !== "function" && key_type !== "symbol";
        return key_is_primitive ? stringify_primitive(ops.toPrimitive(key)) : "...";
      });
      throw new DevalueError(message, path, thing, value);
    }
    function flatten(thing, index2) {
      const type = ops.typeOf(thing);
      if (type === "undefined") return UNDEFINED;
      let number;
      if (type === "number") {
        number = /** @type {number} */
        ops.toPrimitive(thing);
        if (Number.isNaN(number)) return NAN;
        if (number === Infinity) return POSITIVE_INFINITY;
        if (number === -Infinity) return NEGATIVE_INFINITY;
        if (number === 0 && 1 / number < 0) return NEGATIVE_ZERO;
      }
      const id = ops.identify(thing);
      if (indexes.has(id)) return (
        /** @type {number} */
        indexes.get(id)
      );
      index2 ??= p++;
      indexes.set(id, index2);
      for (const { key, fn } of custom) {
        const value2 = fn(thing);
        if (value2) {
          stringified[index2] = `["${key}",${flatten(value2)}]`;
          return index2;
        }
      }
      if (type === "function") {
        error(`Cannot stringify a function`, thing);
      } else if (type === "symbol") {
        error(`Cannot stringify a Symbol primitive`, thing);
      }
      let str = "";
      if (type !== "object") {
        str = stringify_primitive(type === "number" ? number : ops.toPrimitive(thing));
      } else if (ops.isThenable(thing)) {
        if (!async) {
          error(`Cannot stringify a Promise or thenable \u2014 use stringifyAsync instead`, thing);
        }
        const prev_keys = keys.slice();
        str = ops.toPromise(thing).then((value2) => {
          keys = prev_keys;
          const i = flatten(value2, index2);
          if (i < 0) stringified[index2] = i;
        });
        str.catch(() => {
        });
      } else {
        const tag = ops.tagOf(thing);
        switch (tag) {
          case "Number":
          case "String":
          case "Boolean":
          case "BigInt":
            str = `["Object",${flatten(ops.unbox(thing))}]`;
            break;
          case "Date":
            str = `["Date","${ops.toISOString(thing)}"]`;
            break;
          case "URL":
            str = `["URL",${stringify_string(ops.toStringValue(thing))}]`;
            break;
          case "URLSearchParams":
            str = `["URLSearchParams",${stringify_string(ops.toStringValue(thing))}]`;
            break;
          case "RegExp":
            const { source, flags } = ops.regExpInfo(thing);
            str = flags ? `["RegExp",${stringify_string(source)},"${flags}"]` : `["RegExp",${stringify_string(source)}]`;
            break;
          case "Array": {
            let mostly_dense = false;
            const length = ops.lengthOf(thing);
            str = "[";
            for (let i = 0; i < length; i += 1) {
              if (i > 0) str += ",";
              if (ops.hasOwn(thing, i)) {
                keys.push(i);
                str += flatten(ops.get(thing, i));
                keys.pop();
              } else if (mostly_dense) {
                str += HOLE;
              } else {
                const populated_keys = ops.indicesOf(thing);
                const population = populated_keys.length;
                const d = String(length).length;
                const hole_cost = (length - population) * 3;
                const sparse_cost = 4 + d + population * (d + 1);
                if (hole_cost > sparse_cost) {
                  str = "[" + SPARSE + "," + length;
                  for (let j = 0; j < populated_keys.length; j++) {
                    const key = populated_keys[j];
                    keys.push(+key);
                    str += "," + key + "," + flatten(ops.get(thing, key));
                    keys.pop();
                  }
                  break;
                } else {
                  mostly_dense = true;
                  str += HOLE;
                }
              }
            }
            str += "]";
            break;
          }
          case "Set":
            str = '["Set"';
            for (const value2 of ops.valuesOf(thing)) {
              str += `,${flatten(value2)}`;
            }
            str += "]";
            break;
          case "Map":
            str = '["Map"';
            for (const [key, value2] of ops.entriesOf(thing)) {
              keys.push(MAP_KEY, key);
              str += `,${flatten(key)},${flatten(value2)}`;
              keys.pop();
              keys.pop();
            }
            str += "]";
            break;
          case "Int8Array":
          case "Uint8Array":
          case "Uint8ClampedArray":
          case "Int16Array":
          case "Uint16Array":
          case "Float16Array":
          case "Int32Array":
          case "Uint32Array":
          case "Float32Array":
          case "Float64Array":
          case "BigInt64Array":
          case "BigUint64Array": {
            const info = ops.viewInfo(thing);
            str = '["' + tag + '",' + flatten(info.buffer);
            if (info.byteLength !== info.bufferByteLength) {
              str += `,${info.byteOffset},${info.length}`;
            }
            str += "]";
            break;
          }
          case "DataView": {
            const info = ops.viewInfo(thing);
            str = '["' + tag + '",' + flatten(info.buffer);
            if (info.byteLength !== info.bufferByteLength) {
              str += `,${info.byteOffset},${info.byteLength}`;
            }
            str += "]";
            break;
          }
          case "ArrayBuffer": {
            const base64 = encode64(ops.toArrayBuffer(thing));
            str = `["ArrayBuffer","${base64}"]`;
            break;
          }
          case "Temporal.Duration":
          case "Temporal.Instant":
          case "Temporal.PlainDate":
          case "Temporal.PlainTime":
          case "Temporal.PlainDateTime":
          case "Temporal.PlainMonthDay":
          case "Temporal.PlainYearMonth":
          case "Temporal.ZonedDateTime":
            str = `["${tag}",${stringify_string(ops.toStringValue(thing))}]`;
            break;
          default: {
            const shape = ops.shapeOf(thing);
            if (shape.kind === "not-plain") {
              error(`Cannot stringify arbitrary non-POJOs`, thing);
            }
            if (shape.kind === "symbol-keys") {
              error(`Cannot stringify POJOs with symbolic keys`, thing);
            }
            if (shape.kind === "null-proto") {
              str = '["null"';
              for (const key of shape.keys) {
                if (key === "__proto__") {
                  error(`Cannot stringify objects with __proto__ keys`, thing);
                }
                keys.push(key);
                str += `,${quote_key(key)},${flatten(ops.get(thing, key))}`;
                keys.pop();
              }
              str += "]";
            } else {
              str = "{";
              let started = false;
              for (const key of shape.keys) {
                if (key === "__proto__") {
                  error(`Cannot stringify objects with __proto__ keys`, thing);
                }
                if (started) str += ",";
                started = true;
                keys.push(key);
                str += `${quote_key(key)}:${flatten(ops.get(thing, key))}`;
                keys.pop();
              }
              str += "}";
            }
          }
        }
      }
      stringified[index2] = str;
      return index2;
    }
    const index = flatten(value);
    if (index < 0) return `${index}`;
    return stringified;
  }
  function stringify_primitive(thing) {
    const type = typeof thing;
    if (type === "string") return stringify_string(thing);
    if (thing === void 0) return UNDEFINED.toString();
    if (thing === 0 && 1 / thing < 0) return NEGATIVE_ZERO.toString();
    if (type === "bigint") return `["BigInt","${thing}"]`;
    return String(thing);
  }
  return __toCommonJS(stdin_exports);
})();
