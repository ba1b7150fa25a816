import { Body, Controller, Delete, Get, Param, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { PackageBody, PackageChanges, PackageOfferView, PackageView } from './packages.dto.js';
import { PackagesService } from './packages.service.js';
import { PaymentsConfigured } from '../provider/payments-configured.guard.js';

/** Routes of credit packages, for buyers and admins. */
@ApiTags('Payments')
@UseGuards(PaymentsConfigured)
@Problem(503, 'payments_not_configured')
@Controller('payments/packages')
export class PackagesController {
  constructor(private readonly service: PackagesService) {}

  @Get()
  @ApiOperation({ summary: 'List the packages for sale' })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(PackageOfferView, { list: true })
  listPackages() {
    return this.service.listForSale();
  }

  @Get('all')
  @ApiOperation({ summary: 'List all packages' })
  @Requires('admin:*', 'admin')
  @Returns(PackageView, { list: true })
  listAllPackages() {
    return this.service.list();
  }

  @Post()
  @ApiOperation({ summary: 'Create a package' })
  @Requires('admin:*', 'admin')
  @Returns(PackageView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  createPackage(@CurrentActor() actor: Actor, @Body() body: PackageBody) {
    return this.service.create(actor, body);
  }

  @Patch(':package_code')
  @ApiOperation({ summary: 'Change a package', description: 'Payments that are already open keep their price.' })
  @ApiBody({ type: PackageChanges, examples: { price: { value: { price: '45.00' } } } })
  @Requires('admin:*', 'admin')
  @Returns(PackageView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  updatePackage(
    @CurrentActor() actor: Actor,
    @Param('package_code') package_code: string,
    @Body() body: PackageChanges,
  ) {
    return this.service.update(actor, package_code, body);
  }

  @Delete(':package_code')
  @ApiOperation({ summary: 'Delete a package' })
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(409, 'package_in_use')
  deletePackage(@CurrentActor() actor: Actor, @Param('package_code') package_code: string) {
    return this.service.delete(actor, package_code);
  }
}
