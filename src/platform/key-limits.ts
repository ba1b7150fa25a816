import type { Actor, KeyInUse } from './actor.js';
import { DomainError } from './errors.js';

/** Work that a key is used for. */
interface Work {
  readonly service: string;
  readonly model?: string | null | undefined;
}

type Caller = Pick<Actor, 'api_key'>;

/** Returns whether an entry of a list of models covers a model: its id, or a prefix that ends with `*`. */
export function coversModel(entry: string, model: string): boolean {
  const [pattern, id] = [entry.toLowerCase(), model.toLowerCase()];
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}

/**
 * Refuses work that the caller's API key is not allowed to do. Callers without an API key pass.
 * @throws DomainError forbidden `key_service_not_allowed` or `key_model_not_allowed`
 */
export function assertKeyAllows(caller: Caller, work: Work): void {
  const fault = workFault(caller, work);
  if (fault) throw fault;
}

/** Returns why the caller's API key does not allow some work; null if it does. */
export function workFault({ api_key }: Caller, { service, model }: Work): DomainError | null {
  if (!api_key) return null;
  const { allowed_services } = api_key;
  if (allowed_services.length > 0 && !allowed_services.includes(service)) {
    const detail = `The API key is not allowed for the service ${service}, only for ${allowed_services.join(', ')}.`;
    return new DomainError('forbidden', 'key_service_not_allowed', detail, { service });
  }
  if (!model || allowsModel(api_key, model)) return null;
  const detail = `The API key is not allowed to use the model ${model}. Use another model, or a key that allows it.`;
  return new DomainError('forbidden', 'key_model_not_allowed', detail, { model });
}

function allowsModel({ allowed_models, denied_models }: KeyInUse, model: string): boolean {
  if (denied_models.some((entry) => coversModel(entry, model))) return false;
  return allowed_models.length === 0 || allowed_models.some((entry) => coversModel(entry, model));
}
