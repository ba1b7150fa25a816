/**
 * The providers' names for counts, as paths of {@link Leaf}. Names on one line are synonyms; if several are present,
 * the largest count applies. Sources: the API references of OpenAI (chat, Responses, Realtime, audio), Anthropic,
 * Google (Gemini, Vertex), Amazon Bedrock, OpenRouter, xAI, DeepSeek, Mistral, Perplexity, Cohere, Groq, and the usage
 * objects of LiteLLM, LangChain and the AI SDK.
 */
export const COUNTS = {
  prompt: ['prompt_tokens', 'prompt_token_count', 'native_tokens_prompt', 'prompt_eval_count'],
  /** Prompt tokens in dialects that may exclude cached ones. */
  input: ['input_tokens', 'input_token_count'],
  answer: [
    'completion_tokens',
    'output_tokens',
    'output_token_count',
    'candidates_token_count',
    'response_token_count',
    'native_tokens_completion',
    'eval_count',
  ],
  total: ['total_tokens', 'total_token_count'],
  cache_read: [
    'prompt_details.cached_tokens',
    'prompt_details.cache_read_tokens',
    'prompt_details.cache_read',
    'cache_read_input_tokens',
    'cache_read_input_token_count',
    'cached_content_token_count',
    'cached_input_tokens',
    'cached_tokens',
    'prompt_cache_hit_tokens',
    'native_tokens_cached',
  ],
  cache_write: [
    'prompt_details.cache_write_tokens',
    'prompt_details.cache_creation_tokens',
    'prompt_details.cache_creation',
    'cache_creation_input_tokens',
    'cache_write_input_tokens',
    'cache_write_input_token_count',
    'cache_write_tokens',
  ],
  cache_write_5m: [
    'cache_creation.ephemeral_5m_input_tokens',
    'cache_creation_token_details.ephemeral_5m_input_tokens',
    'prompt_details.cache_creation_token_details.ephemeral_5m_input_tokens',
    'cache_details.5m_tokens',
  ],
  cache_write_1h: [
    'cache_creation.ephemeral_1h_input_tokens',
    'cache_creation_token_details.ephemeral_1h_input_tokens',
    'prompt_details.cache_creation_token_details.ephemeral_1h_input_tokens',
    'cache_details.1h_tokens',
  ],
  audio_in: ['prompt_details.audio_tokens', 'prompt_details.audio'],
  image_in: ['prompt_details.image_tokens', 'prompt_details.image'],
  audio_cached: ['cached_details.audio_tokens', 'prompt_details.cached_details.audio_tokens'],
  image_cached: ['cached_details.image_tokens', 'prompt_details.cached_details.image_tokens'],
  tool_prompt: ['tool_use_prompt_token_count'],
  reasoning: [
    'answer_details.reasoning_tokens',
    'answer_details.thinking_tokens',
    'answer_details.reasoning',
    'reasoning_tokens',
    'native_tokens_reasoning',
  ],
  thoughts: ['thoughts_token_count'],
  audio_out: ['answer_details.audio_tokens', 'answer_details.audio'],
  image_out: ['answer_details.image_tokens', 'answer_details.image', 'native_tokens_completion_images'],
} as const;

/** Counts other than tokens, by unit. */
export const QUANTITIES = {
  second: ['seconds', 'audio_seconds', 'input_audio_seconds', 'prompt_audio_seconds', 'duration_seconds'],
  character: ['characters', 'character_count', 'input_characters', 'prompt_characters'],
  image: ['images', 'image_count', 'num_images', 'output_images', 'generated_images'],
  video_second: ['video_seconds', 'output_video_seconds', 'video_duration_seconds'],
  page: ['pages', 'page_count', 'pages_processed'],
  query: [
    'search_units',
    'web_searches',
    'web_search_requests',
    'num_search_queries',
    'server_tool_use.web_search_requests',
    'server_tool_use_details.web_search_requests',
    'prompt_details.web_search_requests',
  ],
} as const;

/** Costs, and who charges them. */
export const COST = ['cost', 'total_cost', 'cost.total_cost'] as const;
export const UPSTREAM_COST = ['cost_details.upstream_inference_cost', 'upstream_inference_cost'] as const;
export const IS_BYOK = 'is_byok';
export const SERVICE_TIER = ['service_tier', 'traffic_type'] as const;

/** Members that are ignored: their counts are included in others, or have no price. */
export const IGNORED_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'object',
  'prompt_details.text_tokens',
  'prompt_details.video_tokens',
  'prompt_details.document_tokens',
  'cached_details.text_tokens',
  'cached_details.video_tokens',
  'cached_details.document_tokens',
  'prompt_details.cached_details.text_tokens',
  'prompt_cache_miss_tokens',
  'answer_details.text_tokens',
  'answer_details.accepted_prediction_tokens',
  'answer_details.rejected_prediction_tokens',
  'tool_use_prompt_tokens_details.text_tokens',
  'tokens.input_tokens',
  'tokens.output_tokens',
  'cost.input_tokens_cost',
  'cost.output_tokens_cost',
  'cost.request_cost',
  'cost_details.upstream_inference_prompt_cost',
  'cost_details.upstream_inference_completions_cost',
  'tokens_prompt',
  'tokens_completion',
  'doc_size_bytes',
  'api_version.version',
  'queue_time',
  'prompt_time',
  'completion_time',
  'total_time',
]);
