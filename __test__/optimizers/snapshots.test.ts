// A run that was stored and restored goes on as if it had not been, bit for bit; and only what was stored is restored.
import { isDeepStrictEqual } from 'node:util';
import { LgfError, type Optimizer } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { bent, follow, OPTIMIZERS, START, STEPS, stateOf } from '../support/optimizers.ts';
import { type Refusal, refused, refuses, shown } from '../support/refusals.ts';

/** Steps after which the bytes are compared. */
const END = STEPS + 7;
/** One entry for each class. */
const classes = OPTIMIZERS.filter(({ Class }, i) => OPTIMIZERS.findIndex((other) => other.Class === Class) === i);

/** Bytes in the middle of the second learned phase, or of a run that has none. */
function bytesOf(make: (start: readonly number[]) => Optimizer): Uint8Array {
  const optimizer = make(START);
  follow(optimizer, bent, 22);
  return optimizer.snapshot();
}

/** As `toStrictEqual`, which takes its time over long runs. */
function expectEqual(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}

describe.each(OPTIMIZERS)('$name', ({ Class, make }) => {
  const original = make(START);
  const undisturbed = follow(original, bent, END);
  const last = original.snapshot();
  const expectSame = (optimizer: Optimizer): void => {
    const { epoch } = optimizer;
    expectEqual(follow(optimizer, bent, END), undisturbed.slice(epoch));
    expect(Buffer.compare(optimizer.snapshot(), last)).toBe(0);
  };

  test('goes on from every epoch', () => {
    const optimizer = make(START);
    for (let epoch = 0; epoch <= STEPS; epoch++) {
      const bytes = optimizer.snapshot();
      const restored = Class.restore(bytes);
      expect(restored).toBeInstanceOf(Class);
      expect(stateOf(restored)).toEqual(stateOf(optimizer));
      expect(Buffer.compare(restored.snapshot(), bytes)).toBe(0);
      expectSame(restored);
      // Taking a snapshot changes nothing.
      expect(optimizer.step(bent)).toEqual(undisturbed[epoch]?.report);
    }
  });

  test('goes on with every question that is open', () => {
    const optimizer = make(START);
    const g = new Float64Array(START.length);
    let questions = 0;
    for (let request = optimizer.ask(); optimizer.epoch < STEPS; request = optimizer.ask(), questions++) {
      const restored = Class.restore(optimizer.snapshot());
      expect(stateOf(restored)).toEqual(stateOf(optimizer));
      expect(restored.ask()).toEqual(request);
      expectSame(restored);
      const answer = [request.id, bent(request.x, g), request.want === 'gradient' ? g : undefined] as const;
      const told = Class.restore(optimizer.snapshot());
      expect(told.tell(...answer)).toEqual(optimizer.tell(...answer));
      expectSame(told);
    }
    expect(questions).toBeGreaterThanOrEqual(optimizer.evaluations);
  });

  test('restores over and over', () => {
    let optimizer = make(START);
    while (optimizer.epoch < STEPS) {
      optimizer = Class.restore(optimizer.snapshot());
      expect(optimizer.step(bent)).toEqual(undisturbed[optimizer.epoch - 1]?.report);
    }
    expectSame(optimizer);
  });
});

describe.each(classes)('$Class.name', ({ Class, make }) => {
  const bytes = bytesOf(make);
  const damaged = (what: string, broken: Uint8Array): void => {
    const error = refused(() => Class.restore(broken));
    expect({ what, code: error.code, argument: error.argument }).toEqual({ what, code: 'ERR_LGF_SNAPSHOT', argument: 'bytes' });
  };
  const patched = (index: number, value: number): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy[index] = value;
    return copy;
  };

  test('takes bytes in every form, and does not keep them', () => {
    const wide = new Uint8Array(bytes.length + 16);
    wide.set(bytes, 8);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const expected = stateOf(Class.restore(bytes));
    for (const form of [Buffer.from(bytes), wide.subarray(8, 8 + bytes.length), Uint8Array.from(bytes), shared]) {
      const restored = Class.restore(form);
      form.fill(0);
      expect(stateOf(restored)).toEqual(expected);
    }
    // The bytes belong to the caller from the first.
    const optimizer = Class.restore(bytes);
    optimizer.snapshot().fill(0);
    expect(Buffer.compare(optimizer.snapshot(), bytes)).toBe(0);
  });

  test('refuses bytes that end too early or too late', () => {
    for (let length = 0; length < bytes.length; length += length < 64 ? 1 : 13) damaged(`${length} bytes`, bytes.slice(0, length));
    damaged('one byte less', bytes.slice(0, -1));
    damaged('one byte more', Uint8Array.of(...bytes, 0));
    damaged('a byte in front', Uint8Array.of(0, ...bytes));
  });

  test('refuses a byte that was changed, wherever it is', () => {
    const stride = Math.max(1, Math.floor(bytes.length / 100));
    for (let at = 0; at < bytes.length; at += at < 32 ? 1 : stride)
      damaged(`byte ${at}`, patched(at, (bytes[at] as number) ^ (1 << (at % 8))));
  });

  test('refuses bytes that are none of ours', () => {
    for (let length = 0; length < 200; length++) {
      const random = Uint8Array.from({ length }, (_, i) => ((i + 1) * (length + 7) * 48271) >> 8);
      damaged(`${length} random bytes`, random);
      damaged(`${length} random bytes behind a head of ours`, Uint8Array.of(...bytes.slice(0, 16), ...random));
    }
  });

  test('refuses another version and says which', () => {
    for (const [at, value, version] of [
      [8, 1, 1],
      [8, 2, 2],
      [8, 0, 0],
      [9, 1, 261],
      [11, 255, 4278190085],
    ] as const) {
      damaged('version', patched(at, value));
      expect(() => Class.restore(patched(at, value))).toThrow(`version ${version}`);
    }
  });

  test.each(classes.filter((other) => other.Class !== Class))('refuses a snapshot of $Class.name, by both names', (other) => {
    const theirs = bytesOf(other.make);
    damaged('of another class', theirs);
    expect(() => Class.restore(theirs)).toThrow(new RegExp(`\\b${other.Class.name}\\b.*\\b${Class.name}\\b`));
  });

  const notBytes = [null, undefined, 5, 'bytes', '', true, {}, [], [...bytes], 1n, Symbol('b'), () => bytes, new ArrayBuffer(8)];
  const otherViews = [new DataView(new ArrayBuffer(8)), new Int8Array(bytes), new Uint8ClampedArray(bytes), new Float64Array(8)];
  const posing = { length: bytes.length, __proto__: Uint8Array.prototype };
  refuses(
    'restore',
    [...notBytes, ...otherViews, posing].map(
      (v, i): Refusal => [
        `bytes = ${v === posing ? 'an object that poses' : shown(v).slice(0, 40)} (${i})`,
        () => Class.restore(v as never),
        'ERR_LGF_ARGUMENT',
        'bytes',
      ],
    ),
  );

  test('refuses bytes that were given away', () => {
    const gone = Uint8Array.from(bytes);
    structuredClone(gone, { transfer: [gone.buffer] });
    damaged('given away', gone);
  });

  test('is disposed of: no snapshot', () => {
    const optimizer = make(START);
    const kept = optimizer.snapshot();
    optimizer.dispose();
    expect(refused(() => optimizer.snapshot())).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
    // What was taken before is of no optimizer any more.
    expect(Class.restore(kept).step(bent).epoch).toBe(0);
  });

  test('while a step is under way', async () => {
    const optimizer = make(START);
    const expected = follow(make(START), bent, 3).map(({ report }) => report);
    const before = optimizer.snapshot();
    const step = optimizer.stepAsync(async (x, g) => {
      await new Promise((resolve) => setImmediate(resolve));
      return bent(x, g);
    });
    const during = optimizer.snapshot();
    expect(await step).toEqual(expected[0]);
    for (const bytes of [before, during]) {
      const restored = Class.restore(bytes);
      expect([restored.step(bent), restored.step(bent), restored.step(bent)]).toEqual(expected);
    }
  });
});

test('an error of a snapshot is one of the library', () => {
  expect(refused(() => classes[0]?.Class.restore(new Uint8Array(3)))).toBeInstanceOf(LgfError);
});
