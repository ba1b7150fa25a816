-- Look-ups go by the bare name of a model: callers write it with and without the provider before it.
CREATE INDEX "model_prices_name_idx" ON "model_prices" (regexp_replace("model", '^.*/', ''));

ALTER TABLE "model_prices"
  -- ids are compared as they are
  ADD CONSTRAINT "model_prices_model_check" CHECK (model = lower(model) AND model !~ '\s'),
  -- the other pools fall back to these two
  ADD CONSTRAINT "model_prices_base_check" CHECK (num_nonnulls(input_per_million, output_per_million) > 0
    OR num_nonnulls(cache_read_per_million, cache_write_per_million, reasoning_per_million, audio_input_per_million, audio_output_per_million, image_per_million) = 0);

ALTER TABLE "markup_rules" ADD CONSTRAINT "markup_rules_match_lower_check" CHECK (match = lower(match));

-- The catalogue to start with: public list prices, USD for a million tokens. Imports and admins add newer rows.
INSERT INTO "model_prices" (model, name, input_per_million, output_per_million, cache_read_per_million,
  cache_write_per_million, audio_input_per_million, context_length, max_output_tokens, source, effective_from)
SELECT model, name, input::numeric, output::numeric, cache_read::numeric, cache_write::numeric, audio_input::numeric,
  context_length::int, max_output::int, 'catalogue', '2026-01-01Z'
FROM (VALUES
  ('openai/gpt-3.5-turbo', 'OpenAI: GPT-3.5 Turbo', 0.5, 1.5, NULL, NULL, NULL, 16385, 4096),
  ('openai/gpt-4', 'OpenAI: GPT-4', 30, 60, NULL, NULL, NULL, 8192, 8192),
  ('openai/gpt-4-turbo', 'OpenAI: GPT-4 Turbo', 10, 30, NULL, NULL, NULL, 128000, 4096),
  ('openai/gpt-4o', 'OpenAI: GPT-4o', 2.5, 10, 1.25, NULL, NULL, 128000, 16384),
  ('openai/gpt-4o-2024-05-13', 'OpenAI: GPT-4o (2024-05-13)', 5, 15, NULL, NULL, NULL, 128000, 4096),
  ('openai/gpt-4o-mini', 'OpenAI: GPT-4o mini', 0.15, 0.6, 0.075, NULL, NULL, 128000, 16384),
  ('openai/gpt-4.1', 'OpenAI: GPT-4.1', 2, 8, 0.5, NULL, NULL, 1047576, 32768),
  ('openai/gpt-4.1-mini', 'OpenAI: GPT-4.1 mini', 0.4, 1.6, 0.1, NULL, NULL, 1047576, 32768),
  ('openai/gpt-4.1-nano', 'OpenAI: GPT-4.1 nano', 0.1, 0.4, 0.025, NULL, NULL, 1047576, 32768),
  ('openai/gpt-5', 'OpenAI: GPT-5', 1.25, 10, 0.125, NULL, NULL, 400000, 128000),
  ('openai/gpt-5-mini', 'OpenAI: GPT-5 mini', 0.25, 2, 0.025, NULL, NULL, 400000, 128000),
  ('openai/gpt-5-nano', 'OpenAI: GPT-5 nano', 0.05, 0.4, 0.005, NULL, NULL, 400000, 128000),
  ('openai/o1', 'OpenAI: o1', 15, 60, 7.5, NULL, NULL, 200000, 100000),
  ('openai/o3', 'OpenAI: o3', 2, 8, 0.5, NULL, NULL, 200000, 100000),
  ('openai/o3-mini', 'OpenAI: o3-mini', 1.1, 4.4, 0.55, NULL, NULL, 200000, 100000),
  ('openai/o4-mini', 'OpenAI: o4-mini', 1.1, 4.4, 0.275, NULL, NULL, 200000, 100000),
  ('openai/text-embedding-3-small', 'OpenAI: text-embedding-3-small', 0.02, NULL, NULL, NULL, NULL, 8192, NULL),
  ('openai/text-embedding-3-large', 'OpenAI: text-embedding-3-large', 0.13, NULL, NULL, NULL, NULL, 8192, NULL),
  ('openai/text-embedding-ada-002', 'OpenAI: text-embedding-ada-002', 0.1, NULL, NULL, NULL, NULL, 8192, NULL),
  ('anthropic/claude-3-haiku', 'Anthropic: Claude 3 Haiku', 0.25, 1.25, 0.03, 0.3, NULL, 200000, 4096),
  ('anthropic/claude-3-opus', 'Anthropic: Claude 3 Opus', 15, 75, 1.5, 18.75, NULL, 200000, 4096),
  ('anthropic/claude-3.5-haiku', 'Anthropic: Claude 3.5 Haiku', 0.8, 4, 0.08, 1, NULL, 200000, 8192),
  ('anthropic/claude-3.5-sonnet', 'Anthropic: Claude 3.5 Sonnet', 3, 15, 0.3, 3.75, NULL, 200000, 8192),
  ('anthropic/claude-3.7-sonnet', 'Anthropic: Claude 3.7 Sonnet', 3, 15, 0.3, 3.75, NULL, 200000, 64000),
  ('anthropic/claude-sonnet-4', 'Anthropic: Claude Sonnet 4', 3, 15, 0.3, 3.75, NULL, 200000, 64000),
  ('anthropic/claude-sonnet-4.5', 'Anthropic: Claude Sonnet 4.5', 3, 15, 0.3, 3.75, NULL, 200000, 64000),
  ('anthropic/claude-haiku-4.5', 'Anthropic: Claude Haiku 4.5', 1, 5, 0.1, 1.25, NULL, 200000, 64000),
  ('anthropic/claude-opus-4', 'Anthropic: Claude Opus 4', 15, 75, 1.5, 18.75, NULL, 200000, 32000),
  ('anthropic/claude-opus-4.1', 'Anthropic: Claude Opus 4.1', 15, 75, 1.5, 18.75, NULL, 200000, 32000),
  ('anthropic/claude-opus-4.5', 'Anthropic: Claude Opus 4.5', 5, 25, 0.5, 6.25, NULL, 200000, 64000),
  ('google/gemini-2.0-flash-001', 'Google: Gemini 2.0 Flash', 0.1, 0.4, 0.025, NULL, 0.7, 1048576, 8192),
  ('google/gemini-2.5-flash', 'Google: Gemini 2.5 Flash', 0.3, 2.5, 0.03, NULL, 1, 1048576, 65535),
  ('google/gemini-2.5-flash-lite', 'Google: Gemini 2.5 Flash Lite', 0.1, 0.4, 0.01, NULL, 0.3, 1048576, 65535),
  ('google/gemini-2.5-pro', 'Google: Gemini 2.5 Pro', 1.25, 10, 0.125, NULL, NULL, 1048576, 65536),
  ('deepseek/deepseek-chat', 'DeepSeek: chat', 0.28, 0.42, 0.028, NULL, NULL, 128000, 8192),
  ('deepseek/deepseek-reasoner', 'DeepSeek: reasoner', 0.28, 0.42, 0.028, NULL, NULL, 128000, 64000),
  ('mistralai/mistral-large', 'Mistral: Large', 2, 6, NULL, NULL, NULL, 128000, NULL),
  ('mistralai/mistral-medium-3', 'Mistral: Medium 3', 0.4, 2, NULL, NULL, NULL, 131072, NULL),
  ('mistralai/mistral-nemo', 'Mistral: Nemo', 0.15, 0.15, NULL, NULL, NULL, 131072, NULL),
  ('meta-llama/llama-3.1-8b-instruct', 'Meta: Llama 3.1 8B Instruct', 0.05, 0.08, NULL, NULL, NULL, 131072, NULL),
  ('meta-llama/llama-3.3-70b-instruct', 'Meta: Llama 3.3 70B Instruct', 0.59, 0.79, NULL, NULL, NULL, 131072, NULL),
  ('x-ai/grok-3', 'xAI: Grok 3', 3, 15, 0.75, NULL, NULL, 131072, NULL),
  ('x-ai/grok-3-mini', 'xAI: Grok 3 mini', 0.3, 0.5, 0.075, NULL, NULL, 131072, NULL),
  ('x-ai/grok-4', 'xAI: Grok 4', 3, 15, 0.75, NULL, NULL, 256000, NULL),
  ('cohere/command-r-08-2024', 'Cohere: Command R (08-2024)', 0.15, 0.6, NULL, NULL, NULL, 128000, 4000),
  ('cohere/command-r-plus-08-2024', 'Cohere: Command R+ (08-2024)', 2.5, 10, NULL, NULL, NULL, 128000, 4000)
) AS listed (model, name, input, output, cache_read, cache_write, audio_input, context_length, max_output);

INSERT INTO "model_prices" (model, name, per_character, per_second, per_query, source, effective_from) VALUES
  ('openai/tts-1', 'OpenAI: TTS', 0.000015, NULL, NULL, 'catalogue', '2026-01-01Z'),
  ('openai/tts-1-hd', 'OpenAI: TTS HD', 0.00003, NULL, NULL, 'catalogue', '2026-01-01Z'),
  ('openai/whisper-1', 'OpenAI: Whisper', NULL, 0.0001, NULL, 'catalogue', '2026-01-01Z'),
  ('cohere/rerank-v3.5', 'Cohere: Rerank 3.5', NULL, NULL, 0.002, 'catalogue', '2026-01-01Z');

-- The platform's own services, whatever model they run. openrouter and litellm have no price of their own: the model
-- decides, and one that is unknown must not take the price of another.
INSERT INTO "model_prices" (service, name, input_per_million, per_character, per_second, per_query, per_execution, source, effective_from) VALUES
  ('embedding', 'Embedding', 0.02, NULL, NULL, NULL, NULL, 'catalogue', '2026-01-01Z'),
  ('tts', 'Speech synthesis', NULL, 0.000015, NULL, NULL, NULL, 'catalogue', '2026-01-01Z'),
  ('stt', 'Transcription', NULL, NULL, 0.0001, NULL, NULL, 'catalogue', '2026-01-01Z'),
  ('center-deep', 'Center-Deep search', NULL, NULL, NULL, 0.005, NULL, 'catalogue', '2026-01-01Z'),
  ('reranker', 'Reranker', NULL, NULL, NULL, 0.002, NULL, 'catalogue', '2026-01-01Z'),
  ('brigade', 'Brigade agents', NULL, NULL, NULL, NULL, 0.01, 'catalogue', '2026-01-01Z');
