/**
 * Shapes of JSON as small functions: each looks at one value and says what is wrong with it and where. Unlike a
 * general validator's, the sentences and the JSON pointers are Slack's own, so that a refusal reads as Slack's.
 */

/** One thing that is wrong, at a JSON pointer into the payload (RFC 6901 section 3). */
export interface PayloadFault {
  readonly at: string;
  readonly rule: string;
}

export type Shape = (value: unknown, at: string, tell: (fault: PayloadFault) => void) => void;

export type Properties = Readonly<Record<string, Shape>>;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/** Everything that a shape has against a value. */
export function faultsOf(shape: Shape, value: unknown, at = ''): readonly PayloadFault[] {
  const faults: PayloadFault[] = [];
  shape(value, at, (fault) => faults.push(fault));
  return faults;
}

/** A text of `least` to `most` characters; Slack counts UTF-16 units as JavaScript does. */
export const text =
  (most: number, least = 1, form = /[^]*/): Shape =>
  (value, at, tell) => {
    if (typeof value !== 'string') tell({ at, rule: 'must be a string' });
    else if (value.length < least) tell({ at, rule: `must be more than ${least - 1} characters` });
    else if (value.length > most) tell({ at, rule: `must be less than ${most + 1} characters` });
    else if (!form.test(value)) tell({ at, rule: 'failed to match a pattern' });
  };

export const flag: Shape = (value, at, tell) => {
  if (typeof value !== 'boolean') tell({ at, rule: 'must be a boolean' });
};

export const integer =
  (least: number, most: number): Shape =>
  (value, at, tell) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      tell({ at, rule: `must be an integer from ${least} to ${most}` });
    }
  };

export const only =
  (...values: readonly unknown[]): Shape =>
  (value, at, tell) => {
    if (!values.includes(value)) tell({ at, rule: `must be one of: ${values.join(', ')}` });
  };

export const list =
  (item: Shape, most: number, least = 1): Shape =>
  (value, at, tell) => {
    if (!Array.isArray(value)) {
      tell({ at, rule: 'must be an array' });
      return;
    }
    if (value.length < least) tell({ at, rule: `no fewer than ${least} items allowed` });
    if (value.length > most) tell({ at, rule: `no more than ${most} items allowed` });
    value.forEach((each, index) => item(each, `${at}/${index}`, tell));
  };

export const object =
  (required: Properties, optional: Properties = {}): Shape =>
  (value, at, tell) => {
    if (!isObject(value)) {
      tell({ at, rule: 'must be an object' });
      return;
    }
    for (const name of Object.keys(required)) {
      if (value[name] === undefined) tell({ at, rule: `missing required field: ${name}` });
    }
    for (const [name, content] of Object.entries(value)) {
      if (content === undefined) continue;
      const shape = Object.hasOwn(required, name)
        ? required[name]
        : Object.hasOwn(optional, name)
          ? optional[name]
          : null;
      if (shape === null || shape === undefined) tell({ at, rule: `invalid additional property: ${name}` });
      else shape(content, `${at}/${name}`, tell);
    }
  };

/** What its `type` says, of those that are allowed there. */
export const typed =
  (shapes: Properties): Shape =>
  (value, at, tell) => {
    const type = fieldOf(value, 'type');
    const shape = typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    if (shape === undefined) tell({ at: `${at}/type`, rule: `unsupported type: ${String(type)}` });
    else shape(value, at, tell);
  };

/** Both must hold. */
export const also =
  (first: Shape, second: Shape): Shape =>
  (value, at, tell) => {
    first(value, at, tell);
    second(value, at, tell);
  };
