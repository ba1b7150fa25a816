import { readWhole } from '../answers/whole-answer.js';

type Members = Readonly<Record<string, unknown>>;

/** The web searches that a call can trigger. */
export interface SearchLimits {
  /** Maximum number of pages that OpenRouter's own search returns. */
  web_results: number;
  /** Maximum number of searches that the model or its provider makes. */
  searches: number;
}

const WEB_RESULTS = 5;
const WEB_RESULTS_MAX = 1_000;
/** Searches per answer assumed where the call sets no limit; few models make more. */
const SEARCHES = 5;
const SEARCHES_MAX = 1_000;
const WEB_SUFFIX = /:online(:|$)/i;
/**
 * Types of the providers' own search tools: web_search, web_search_preview, web_search_20250305, openrouter:web_search.
 */
const WEB_TOOL = /web_?search|google_?search|browser_search|web_?fetch/i;

/**
 * Returns the searches that a call asks for: with a plugin, a model suffix, search options or a tool of the provider,
 * in any of their spellings.
 * @throws DomainError `invalid_request`
 */
export function searchesOf(given: Members, models: readonly string[]): SearchLimits {
  const plugins = listOf(given['plugins']).filter(({ id }) => isText(id) && id.trim().toLowerCase() === 'web');
  const pages = plugins.map((plugin) => readWhole(plugin, 'max_results', WEB_RESULTS_MAX) ?? WEB_RESULTS);
  const isNamed = models.some((model) => WEB_SUFFIX.test(model.trim()));
  return {
    web_results: Math.max(isNamed ? WEB_RESULTS : 0, ...pages),
    searches: Math.max(hasOptions(given) ? SEARCHES : 0, ...toolSearches(given)),
  };
}

const hasOptions = ({ web_search_options, search_parameters, web_search }: Members): boolean =>
  [web_search_options, search_parameters, web_search].some(
    (options) => options !== undefined && options !== null && options !== false,
  );

/** A provider's own tool is identified by its type; the caller's tools have the type `function`. */
function toolSearches({ tools }: Members): number[] {
  return listOf(tools)
    .filter((tool) => [tool['type'], ...Object.keys(tool)].some((name) => isText(name) && WEB_TOOL.test(name)))
    .map((tool) => readWhole(tool, 'max_uses', SEARCHES_MAX) ?? SEARCHES);
}

/** Providers accept a single object instead of a list. */
function listOf(value: unknown): Members[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item): item is Members => typeof item === 'object' && item !== null);
}

const isText = (value: unknown): value is string => typeof value === 'string';
