import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import { randomBytes } from 'node:crypto';
import { promptBound as boundOf, textBound } from './prompt-bound.js';

const AS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
const tokens = (text: string): number =>
  Math.max(cl100k.encode(text, AS_TEXT).length, o200k.encode(text, AS_TEXT).length);
/** An English prompt. A bound far above the real number of tokens would hold credits that other calls need. */
const ENGLISH = `The quick brown fox jumps over the lazy dog, and nobody knows why it does so again and again. Please
  summarise the following report in three sentences: revenue grew, costs fell, and everybody went home early.\n`;
const TEXTS: Record<string, string> = {
  English: ENGLISH,
  German: 'Der Vogelflug über die Dächer der Straße müßte wohl größer sein, als man gewöhnlich annähme. ',
  Russian: 'Съешь же ещё этих мягких французских булок, да выпей чаю. ',
  Greek: 'Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. ',
  Arabic: 'نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر. ',
  Hebrew: 'דג סקרן שט בים מאוכזב ולפתע מצא חברה. ',
  Hindi: 'ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश करने वाले विष्णुवतार भगवान श्रीराम। ',
  Thai: 'เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน ',
  Chinese: '天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏。龘靐齉爩',
  Japanese: 'いろはにほへと ちりぬるを わかよたれそ つねならむ。カタカナも漢字も。',
  Korean: '키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다. ',
  Burmese: 'ယေဓမ္မာ ဟေတုပ္ပဘဝါ တေသံ ဟေတုံ တထာဂတော အာဟ။ ',
  Tibetan: '༄༅།།རྒྱ་གར་སྐད་དུ། ',
  cuneiform: '𒀀𒁀𒂀𒃀𒄀 ',
  emoji: '😀👩‍👩‍👧‍👦🏳️‍🌈🫠🇩🇪✈️ ',
  digits: '3141592653589793238462643383279502884197 ',
  signs: `~!@#$%^&*()_+{}|:"<>?[]\\;',./-=\`‰†•™∑√∞≠`,
  code: `for (let i = 0; i < xs.length; i++) {\n\t\tif (xs[i] !== y_0) return foo(bar?.baz ?? [1, 2]);\n  }\r\n`,
  JSON: JSON.stringify({ jobs: [{ id: 17, zx_qj: null, k: [true, 1.5e-9], 'a"b': '\u0000\\' }] }),
  hexadecimal: 'f3b1c0ffee00deadbeef9a7d5e1q ',
  base64: 'UXp4anE5K1paS3ZqWHEvL2pRcVp6WHZqR2tKelF4Vg== ',
  'camel case': 'getXmlHttpRequestQueueSizeOrZeroIfUnknownJKQZ ',
  'rare letters': 'qjqxzjvkqzxjqkvyqj ',
  'single letters': 'a b c d e f g h i j k l m n o p q r s t u v w x y z ',
  'a letter again and again': 'aaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiiiiiiiiiiii',
  apostrophes: `'the'll've're'd don't y'all'd've `,
  whitespace: '  \n \t\n\n   \r\n ',
  'special tokens': '<|endoftext|><|im_start|>system<|im_end|>[INST]',
};

describe('the bound of a text', () => {
  it.each(Object.entries(TEXTS))('is at least what tokenizers count: %s', (_name, text) => {
    expect(textBound(text)).toBeGreaterThanOrEqual(tokens(text));
    expect(textBound(text.repeat(20))).toBeGreaterThanOrEqual(tokens(text.repeat(20)));
  });

  it('is at least that for arbitrary text', () => {
    const letters = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 120 });
    const words = fc.array(letters('abcdefghijklmnopqrstuvwxyz'), { maxLength: 30 }).map((all) => all.join(' '));
    const text = fc.oneof(
      words,
      letters('abcdefghilmnoprstuw'),
      letters('abcdefghilmnoprstuw '),
      letters('qjzxvkyfgw '),
      letters('aAbBcCzZ'),
      letters('eE1\' \n"{'),
      letters('0123456789.,-'),
      letters('abcdef0123456789'),
      fc.base64String({ maxLength: 200 }),
      fc.json(),
      fc.lorem({ maxCount: 20 }),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, (some) => expect(textBound(some)).toBeGreaterThanOrEqual(tokens(some))),
      { numRuns: 400 },
    );
  });

  it('relies on pairs that are a single token', () => {
    const common = 'abcdefghilmnoprstuw';
    const pairs = [...common, ' '].flatMap((a) => [...common].map((b) => a + b));
    expect(pairs.filter((pair) => tokens(pair) > 1)).toEqual([]);
  });

  it('is not far above the real number for natural text', () => {
    expect(textBound(ENGLISH) / tokens(ENGLISH)).toBeLessThan(4);
    expect(textBound(ENGLISH)).toBeLessThan(0.8 * ENGLISH.length);
  });

  it.each<[string, string]>([
    ['English', ENGLISH],
    ['Chinese', TEXTS.Chinese!],
    ['base64', randomBytes(64).toString('base64')],
  ])('is computed quickly for a megabyte: %s', (_name, text) => {
    const megabyte = text.repeat(Math.ceil(2 ** 20 / Buffer.byteLength(text)));
    const times = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      textBound(megabyte);
      return process.cpuUsage(before).user;
    });
    expect(Math.min(...times)).toBeLessThan(20_000);
  });
});

describe('the bound of a prompt', () => {
  const promptBound = (body: Record<string, unknown>): number => {
    const { text_tokens, media_tokens } = boundOf(body);
    return text_tokens + media_tokens;
  };
  const ask = (content: unknown): number => promptBound({ messages: [{ role: 'user', content }] });

  it('counts everything that the model reads, at any depth', () => {
    const text = ENGLISH.repeat(10);
    const least = tokens(text);
    expect(ask(text)).toBeGreaterThanOrEqual(least);
    expect(ask([{ type: 'text', text }])).toBeGreaterThanOrEqual(least);
    expect(promptBound({ prompt: text })).toBeGreaterThanOrEqual(least);
    expect(promptBound({ prompt: 'x', suffix: text })).toBeGreaterThanOrEqual(least);
    expect(promptBound({ input: [text, text] })).toBeGreaterThanOrEqual(2 * least);
    expect(promptBound({ response_format: { json_schema: { schema: { enum: [text] } } } })).toBeGreaterThan(least);
    const numbers = Array.from({ length: 1_000 }, (_, n) => n * 123_456_789);
    const tools = [{ type: 'function', function: { name: text, parameters: { enum: numbers } } }];
    expect(promptBound({ tools })).toBeGreaterThan(least + tokens(JSON.stringify(numbers)));
  });

  it('counts one for each token id', () => {
    expect(promptBound({ prompt: [100_256, 7, 11] })).toBe(3);
    expect(promptBound({ input: [[1, 2], [3_000]] })).toBe(3);
  });

  it('counts an image by the maximum for images, not by the length of its encoding', () => {
    const image = (url: string) => ask([{ type: 'image_url', image_url: { url } }]) - ask([]) - 4;
    expect(image(`data:image/png;base64,${'A'.repeat(100_000)}`)).toBe(4_096);
    expect(ask([{ type: 'input_audio', input_audio: { data: 'A'.repeat(1_000_000) } }])).toBeGreaterThan(15_000);
    expect(ask([{ type: 'file', file: { file_data: 'A'.repeat(1_000_000) } }])).toBeGreaterThan(250_000);
  });

  it('is open for content that only the provider can measure: links, video, stored content', () => {
    const open = (part: object): boolean => boundOf({ messages: [{ role: 'user', content: [part] }] }).is_open;
    const link = 'https://example.com/x';
    for (const part of [
      { type: 'image_url', image_url: { url: link } },
      { type: 'image_url', image_url: link },
      { type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } },
      { type: 'file', file: { file_data: link } },
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'input_file', file_url: link },
      { type: 'input_image', image_url: link },
      { type: 'image', source: { type: 'url', url: link } },
      { type: 'document', source: { type: 'url', url: link } },
    ])
      expect([part, open(part)]).toEqual([part, true]);
    expect(open({ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } })).toBe(false);
    expect(open({ type: 'text', text: link })).toBe(false);
    expect(boundOf({ input: 'x', previous_response_id: 'resp_1' }).is_open).toBe(true);
    expect(boundOf({ prompt: { id: 'pmpt_1' } }).is_open).toBe(true);
  });

  it('counts a predicted answer separately', () => {
    const text = ENGLISH.repeat(10);
    const bound = boundOf({ messages: [], prediction: { type: 'content', content: text } });
    expect(bound.predicted_tokens).toBeGreaterThanOrEqual(tokens(text));
    expect(bound.text_tokens).toBe(0);
  });

  it('treats text as text, even if it starts like a data URL', () => {
    const text = `data:${ENGLISH.repeat(1_000)}`;
    expect(ask(text)).toBeGreaterThanOrEqual(tokens(text));
  });

  it('is the sum of the bounds of its messages', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(promptBound({ messages: [a, b] })).toBe(promptBound({ messages: [a] }) + promptBound({ messages: [b] }));
      }),
    );
  });
});
