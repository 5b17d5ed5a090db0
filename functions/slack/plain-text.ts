/**
 * What a person typed, from the text that Slack hands out. Slack writes `&`, `<` and `>` as entities, and puts what it
 * takes for a link, an address or a mention into angle brackets, with what was typed behind a bar
 * (docs.slack.dev, "Formatting message text": escaping text, retrieving messages).
 */

/** `<https://vendor.com|vendor.com>`, `<mailto:alice@vendor.com|alice@vendor.com>`, `<@U0123>`, `<!date^…|fallback>`. */
const TOKEN = /<([^<>|\n]*)(?:\|([^<>\n]*))?>/g;
const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

export function plainText(text: string): string {
  return text
    .replaceAll(TOKEN, (_, link: string, typed: string | undefined) => shown(link, typed))
    .replaceAll(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll('\u00a0', ' ');
}

/** A mention shows as nothing: it says who is spoken to, not what is asked. */
function shown(link: string, typed: string | undefined): string {
  if (/^[@#]/.test(link)) return ' ';
  return typed ?? (link.startsWith('!') ? ' ' : link.replace(/^(?:mailto|tel):/, ''));
}
