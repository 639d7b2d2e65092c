// Every option of every exported function, one thing broken at a time.
import { discover, LGFGradientFlow, polynomialFeatures } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { native } from '../../src/native.ts';
import { OPTIONS } from '../support/optionTable.ts';
import { NOT_NUMBERS, type Refusal, refused, refuses, shown } from '../support/refusals.ts';
import { join, optionsFor, type Part, SPIRAL, SUBJECTS, type Subject, set, without } from '../support/subjects.ts';

const groups = native.optionTable();
const fieldsOf = (name: string) => groups.find((group) => group.name === name)?.fields ?? [];
const isTag = (name: string, type: string): boolean => (name === 'kind' || name === 'method') && !type.includes('|');

function rowsOf(subject: Subject, part: Part): Refusal[] {
  const base = optionsFor(subject, part);
  const call = (options: unknown) => () => subject.call(options as never);
  return fieldsOf(part.group).flatMap(({ name, ty, required }): Refusal[] => {
    const path = join(part.path, name);
    const typo = join(part.path, `${name}s`);
    const tag = isTag(name, ty);
    if (tag && part.untagged) return [[`${path} is no option`, call(set(base, path, 'dense')), 'ERR_LGF_ARGUMENT', path]];
    return [
      ...(OPTIONS[part.group]?.[name]?.outside ?? []).map(
        ([value, below]): Refusal => [`${path} = ${shown(value)}`, call(set(base, path, value)), 'ERR_LGF_ARGUMENT', `${path}${below}`],
      ),
      [`${typo} is a typo`, call(set(base, typo, 1)), 'ERR_LGF_ARGUMENT', typo],
      ...(required && !tag ? [[`${path} is missing`, call(without(base, path)), 'ERR_LGF_ARGUMENT', path] as Refusal] : []),
      ...(required && !tag ? [[`${path} = null`, call(set(base, path, null)), 'ERR_LGF_ARGUMENT', path] as Refusal] : []),
    ];
  });
}

describe('the table of these tests', () => {
  test('has every option of every group, with the domain that the native one has', () => {
    const native = Object.fromEntries(groups.map(({ name, fields }) => [name, Object.fromEntries(fields.map((f) => [f.name, f.domain]))]));
    const ours = Object.entries(OPTIONS).map(([name, options]) => [
      name,
      Object.fromEntries(Object.entries(options).map(([option, { text }]) => [option, text])),
    ]);
    expect(Object.fromEntries(ours)).toEqual(native);
  });

  test('has a negative test for every option of every group', () => {
    const tested = new Set(
      SUBJECTS.flatMap((subject) =>
        subject.parts.flatMap((part) => {
          const rows = rowsOf(subject, part).map(([, , , argument]) => argument);
          return fieldsOf(part.group)
            .filter(({ name }) => rows.includes(join(part.path, name)))
            .map(({ name }) => `${part.group}.${name}`);
        }),
      ),
    );
    const all = groups.flatMap((group) => group.fields.map(({ name }) => `${group.name}.${name}`));
    expect([...tested].sort()).toEqual(all.sort());
  });
});

describe.each(SUBJECTS)('$name', (subject) => {
  const call = (options: unknown) => subject.call(options as never);

  test('takes the valid options', () => {
    expect(call(subject.valid)).toBeDefined();
    for (const part of subject.parts) expect(call(optionsFor(subject, part))).toBeDefined();
  });

  test.runIf(subject.optional)('takes no options', () => {
    expect(call(undefined)).toEqual(call({}));
    expect(call(null)).toEqual(call({}));
  });

  const notObjects = [...NOT_NUMBERS.filter((v) => typeof v !== 'object'), 5, false, [], [{}], new Float64Array(1)];
  refuses(
    'options',
    notObjects.map((v): Refusal => [`= ${shown(v)}`, () => call(v), 'ERR_LGF_ARGUMENT', 'options']),
  );

  describe.each(subject.parts)('$group at "$path"', (part) => {
    refuses('options', rowsOf(subject, part));

    const optional = fieldsOf(part.group).filter(({ name, ty, required }) => !required && !(part.untagged && isTag(name, ty)));
    test.each(optional)('$name: absent, undefined and null are the default', ({ name, ty, default: text }) => {
      const path = join(part.path, name);
      const options = without(optionsFor(subject, part), path);
      const expected = call(options);
      expect(call(set(options, path, undefined))).toEqual(expected);
      expect(call(set(options, path, null))).toEqual(expected);
      // What tells a union apart has another default where the function says so.
      if (text !== '' && !isTag(name, ty)) expect(call(set(options, path, JSON.parse(text.replaceAll("'", '"'))))).toEqual(expected);
    });
  });

  const cyclic: Record<string, unknown> = { ...subject.valid };
  cyclic['self'] = cyclic;
  refuses('options', [['that refer to themselves', () => call(cyclic), 'ERR_LGF_ARGUMENT', 'self']]);
});

describe('options that are hard to read', () => {
  test.each([
    ['polynomialFeatures', (options: object) => polynomialFeatures(SPIRAL, options)],
    ['discover', (options: object) => discover(SPIRAL, { dt: 0.1, ...options })],
    ['LGFGradientFlow', (options: object) => new LGFGradientFlow([1], { model: options })],
  ])('%s does not walk a tree that does not end', (_, call) => {
    // Six references to itself make 6^8 nodes to the depth at which a reader has to give up.
    const wide: Record<string, unknown> = {};
    for (let i = 0; i < 6; i++) wide[`self${i}`] = wide;
    const start = performance.now();
    expect(refused(() => call(wide)).argument).toMatch(/self0$/);
    expect(performance.now() - start).toBeLessThan(50);
  });

  const throws = new Error('from a getter');
  const getter = {
    get model(): never {
      throw throws;
    },
  };
  const trap = new Proxy({}, { ownKeys: () => getter.model });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const call = (options: object) => () => new LGFGradientFlow([1], options);
  refuses('LGFGradientFlow', [
    ['a getter throws', call(getter), 'ERR_LGF_ARGUMENT', 'options'],
    ['a proxy throws', call(trap), 'ERR_LGF_ARGUMENT', 'options'],
    ['a revoked proxy', call(proxy), 'ERR_LGF_ARGUMENT', 'options'],
  ]);
  refuses('discover', [['a getter throws', () => discover(SPIRAL, getter as never), 'ERR_LGF_ARGUMENT', 'options']]);
});
