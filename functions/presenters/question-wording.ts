/** What is wrong with a question, and what would work: one sentence a code. */
import type { DomainMistake } from '../question/domain-name.ts';
import type { Question, QuestionMistake } from '../question/domain.ts';

type Mistake<Code extends DomainMistake['code']> = Extract<DomainMistake, { code: Code }>;

const TRY = 'Try a name like vendor.com, or an address like alice@vendor.com.';

const SENTENCES: { readonly [Code in DomainMistake['code']]: (mistake: Mistake<Code>) => string } = {
  empty: () => `No domain was given. ${TRY}`,
  several: () => 'That is more than one address. Ask about one domain at a time, or put them in a file.',
  'ip-address': () =>
    'That is an IP address, and mail is sent to names. Give the part behind the @ of a mail address, like vendor.com.',
  'single-label': () => `That is a single word without a dot, so it is no domain on the internet. ${TRY}`,
  'public-suffix': ({ suffix }) =>
    `Everybody's domains end in ${suffix}; nobody gets mail at it. Add the name before it, like vendor.${suffix}.`,
  'too-long': ({ octets }) =>
    `That is ${octets} characters long, and a domain has 253 at most. Give only the part behind the @.`,
  'label-too-long': ({ label }) =>
    `The part "${shorten(label)}" is ${label.length} characters long, and each part between dots has 63 at most.`,
  'empty-label': () => 'There are two dots side by side, or one at the start. Take one away and ask again.',
  'forbidden-characters': ({ characters }) =>
    `A domain cannot have ${characters.map((character) => (character === ' ' ? 'a space' : `"${character}"`)).join(', ')} in it: letters, digits, hyphens and dots only. ${TRY}`,
  'hyphen-placement': ({ label }) =>
    `The part "${shorten(label)}" starts or ends with a hyphen, which no part of a domain does. Check its spelling.`,
  'invalid-international-label': ({ label }) =>
    `The part "${shorten(label)}" is not a valid international name. Type the name in its own script, or check the letters after xn--.`,
};

/** @returns one or two sentences: what is wrong, and what would work */
export function wordQuestionMistake({ mistake }: QuestionMistake): string {
  return word(mistake.code, mistake);
}

function word<Code extends DomainMistake['code']>(code: Code, mistake: Mistake<Code>): string {
  return SENTENCES[code](mistake);
}

/** @returns the name people write, and where that is another script the DNS's own as well: either may be posing */
export const wordDomain = ({ domain, displayDomain }: Pick<Question, 'domain' | 'displayDomain'>): string =>
  displayDomain === domain ? domain : `${displayDomain} (${domain})`;

/** @returns how the question was understood, where that differs from what was typed; else null */
export function wordUnderstanding(question: Question): string | null {
  const name = wordDomain(question);
  const mixed = question.mixedScripts
    ? ' This name mixes letters of different scripts and may be posing as another; it is shown in its technical form.'
    : '';
  if (question.understoodAs === 'url') return `Understood as the domain of that link: ${name}.${mixed}`;
  if (question.understoodAs === 'address')
    return `Understood as the domain of that address: ${name}.${mixed}`;
  return mixed === '' ? null : `Understood as ${name}.${mixed}`;
}

const shorten = (label: string): string => (label.length > 24 ? `${label.slice(0, 21)}...` : label);
