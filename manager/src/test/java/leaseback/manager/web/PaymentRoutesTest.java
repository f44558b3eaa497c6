package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Payments over HTTP, as the operator and a customer find them.
final class PaymentRoutesTest {
    private static final String STATEMENT = """
            {"camt053":"<?xml version='1.0' encoding='ISO-8859-1'?>\
            <Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt><Id>7</Id>\
            <Ntry><Amt Ccy='EUR'>12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry>\
            </Stmt></BkToCstmrStmt></Document>"}""";
    @TempDir Path folder;

    @Test
    void whatTheBankSaysIsTakenOnceAndAssigned() throws Exception {
        try (ApiWorld world = new ApiWorld(folder)) {
            UUID ada = world.customer("ada");
            assertThat(world.post(world.operator, "/api/bank-statement", STATEMENT).is(200).json().at("/entries/UNMATCHED").asInt()).isEqualTo(1);
            assertThat(world.post(world.operator, "/api/bank-statement", STATEMENT).is(200).json().at("/entries/KNOWN").asInt()).isEqualTo(1);
            String payment = world.get(world.operator, "/api/payment?state=UNMATCHED").is(200).text("/0/id");
            world.get(world.tokenOf(ada), "/api/payment/" + payment).is(404);
            world.post(world.operator, "/api/payment/" + payment + "/assign", "{\"customerId\":\"" + ada + "\"}").is(200);
            assertThat(world.get(world.tokenOf(ada), "/api/payment").is(200).json().at("/0/amount/minor").asLong()).isEqualTo(1_250);
            assertThat(world.post(world.operator, "/api/payment/" + payment + "/assign", "{}").is(422).text("/detail")).contains("customerId, or account");
            assertThat(world.post(world.operator, "/api/bank-statement", "{\"camt053\":\"hello\"}").is(422).text("/detail")).contains("no XML");
        }
    }

    @Test
    void aRunNeedsAnIdOfItsOwnAndADryOneDoesNot() throws Exception {
        try (ApiWorld world = new ApiWorld(folder)) {
            String threshold = "\"threshold\":{\"minor\":1000,\"currency\":\"EUR\"}";
            assertThat(world.post(world.operator, "/api/payout-run", "{" + threshold + "}").is(422).text("/detail")).contains("id of your own");
            assertThat(world.post(world.operator, "/api/payout-run", "{" + threshold + ",\"dryRun\":true}").is(200).json().path("payouts")).isEmpty();
            UUID run = UUID.randomUUID();
            world.post(world.operator, "/api/payout-run", "{\"id\":\"" + run + "\"," + threshold + "}").is(200);
            world.get(world.operator, "/api/payout-run/" + run).is(200);
            assertThat(world.get(world.operator, "/api/payout-run/" + run + "/file").is(409).text("/detail")).contains("PUT them to /api/provider");
            world.get(world.tokenOf(world.customer("ada")), "/api/payout-run/" + run).is(403);
        }
    }
}
