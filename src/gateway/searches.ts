import { whole } from './whole.js';

type Members = Readonly<Record<string, unknown>>;

/** What a call may search the web for. */
export interface Searches {
  /** Pages that OpenRouter's own search may find. */
  web_results: number;
  /** Searches that the model or its provider may make. */
  searches: number;
}

const WEB_RESULTS = 5;
const WEB_RESULTS_MAX = 1_000;
/** Searches that a model makes for an answer where nothing limits them; few make more. */
const SEARCHES = 5;
const SEARCHES_MAX = 1_000;
const WEB_SUFFIX = /:online(:|$)/i;
/** Names of tools by which providers offer their search: web_search, web_search_preview, web_search_20250305, openrouter:web_search. */
const WEB_TOOL = /web_?search|google_?search|browser_search|web_?fetch/i;

/**
 * The searches that a call asks for: by a plugin, by the name of a model, by the options of a search, or by a tool of the
 * provider's own, however they are spelled.
 * @throws DomainError `invalid_request`
 */
export function searchesOf(given: Members, models: readonly string[]): Searches {
  const plugins = listOf(given['plugins']).filter(({ id }) => isText(id) && id.trim().toLowerCase() === 'web');
  const pages = plugins.map((plugin) => whole(plugin, 'max_results', WEB_RESULTS_MAX) ?? WEB_RESULTS);
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

/** Tools of the provider's own have a type that names them; those of the caller are functions. */
function toolSearches({ tools }: Members): number[] {
  return listOf(tools)
    .filter((tool) => [tool['type'], ...Object.keys(tool)].some((name) => isText(name) && WEB_TOOL.test(name)))
    .map((tool) => whole(tool, 'max_uses', SEARCHES_MAX) ?? SEARCHES);
}

/** Providers take one object for a list of one. */
function listOf(value: unknown): Members[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item): item is Members => typeof item === 'object' && item !== null);
}

const isText = (value: unknown): value is string => typeof value === 'string';
