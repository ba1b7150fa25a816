import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { ExperimentBody, ExperimentName, ExperimentResultView, ExperimentView } from './experiments.dto.js';
import { ExperimentsService } from './experiments.service.js';

const Key = (): MethodDecorator =>
  ApiParam({ name: 'key', description: 'Key of the experiment.', example: 'trial-size-2027' });

/** Experiments with what new users get. */
@ApiTags('Credits')
@Controller('admin/experiments')
export class ExperimentsController {
  constructor(private readonly experiments: ExperimentsService) {}

  @Get()
  @ApiOperation({ summary: 'List experiments, the latest first' })
  @Requires('admin:*', 'admin')
  @Returns(ExperimentView, { list: true })
  listExperiments() {
    return this.experiments.list();
  }

  @Post()
  @ApiOperation({
    summary: 'Create an experiment',
    description:
      'Each account that is opened from `from` until `to` gets an arm, which it keeps. Experiments cannot overlap, so an account takes part in one at most. The terms never change; before `from` it can be deleted, afterwards it can be stopped. Plan how many accounts are compared: either `arm_size`, or `baseline` and `smallest_difference` (found with a probability of 80 %).',
  })
  @Requires('admin:*', 'admin')
  @Returns(ExperimentView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(409, 'experiment_overlaps')
  @Problem(422, 'invalid_request')
  createExperiment(@CurrentActor() actor: Actor, @Body() body: ExperimentBody) {
    return this.experiments.create(actor, body);
  }

  @Get(':key')
  @ApiOperation({
    summary: 'Get an experiment with its result',
    description:
      'No winner is named before every arm has its planned number of accounts whose windows are over. Only these are compared, so looking early or often changes nothing.',
  })
  @Key()
  @Requires('admin:*', 'admin')
  @Returns(ExperimentResultView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  getExperiment(@Param() { key }: ExperimentName) {
    return this.experiments.get(key);
  }

  @Post(':key/stop')
  @ApiOperation({ summary: 'Stop an experiment', description: 'New accounts no longer take part. Safe to repeat.' })
  @Key()
  @Requires('admin:*', 'admin')
  @Returns(ExperimentView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  stopExperiment(@CurrentActor() actor: Actor, @Param() { key }: ExperimentName) {
    return this.experiments.stop(actor, key);
  }

  @Delete(':key')
  @ApiOperation({ summary: 'Delete an experiment that has not begun' })
  @Key()
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(409, 'experiment_has_begun')
  @Problem(422, 'invalid_request')
  deleteExperiment(@CurrentActor() actor: Actor, @Param() { key }: ExperimentName) {
    return this.experiments.delete(actor, key);
  }
}
