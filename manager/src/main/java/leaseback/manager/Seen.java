package leaseback.manager;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.Host;
import leaseback.manager.storage.Census;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StorageCounts;
import leaseback.manager.upkeep.Figures;
import leaseback.manager.upkeep.Upkeep;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// What `/metrics` says of fleet, storage and faces.
final class Seen {
    private final PrometheusRegistry registry;
    private final Counter requests;
    private final Histogram seconds;

    Seen(PrometheusRegistry registry) {
        this.registry = registry;
        requests = Counter.builder().name("leaseback_http_requests_total").help("Requests answered.")
                .labelNames("face", "method", "status").register(registry);
        seconds = Histogram.builder().name("leaseback_http_request_seconds").help("From the request's head to the end of its answer.")
                .labelNames("face", "method").register(registry);
    }

    void watch(Fleet fleet, ObjectStore objects, Census census) {
        GaugeWithCallback.builder().name("leaseback_hosts").help("Enrolled machines.").labelNames("state", "line").callback(gauge -> {
            List<Host> all = fleet.all();
            all.stream().map(Seen::standing).distinct().forEach(standing ->
                    gauge.call((double) all.stream().filter(host -> standing(host).equals(standing)).count(), standing.getFirst(), standing.getLast()));
        }).register(registry);
        GaugeWithCallback.builder().name("leaseback_leased_bytes").help("Promised by running leases.").callback(gauge ->
                gauge.call((double) fleet.all().stream().mapToLong(host -> host.terms().leasedBytes()).sum())).register(registry);
        GaugeWithCallback.builder().name("leaseback_used_bytes").help("Of the leased bytes, held pieces by last reports.").callback(gauge ->
                gauge.call((double) fleet.all().stream().mapToLong(Host::usedBytes).sum())).register(registry);
        counter("leaseback_written_bytes_total", "Plain bytes taken in.", objects, StorageCounts::writtenBytes);
        counter("leaseback_read_bytes_total", "Plain bytes given out.", objects, StorageCounts::readBytes);
        counter("leaseback_refused_writes_total", "Contents refused because too few hosts took their pieces.", objects,
                StorageCounts::refusedWrites);
        counter("leaseback_refused_reads_total", "Reads that ended because too few pieces could be read.", objects,
                StorageCounts::refusedReads);
        counter("leaseback_rebuilt_cells_total", "Data cells made from others because their host was away or wrong.", objects,
                StorageCounts::rebuiltCells);
        counter("leaseback_hedged_reads_total", "Times that further hosts were asked because those asked first were late.", objects,
                StorageCounts::hedgedReads);
        counter("leaseback_wrong_cells_total", "Cells that are not what was stored: a failing disk or a dishonest host.", objects,
                StorageCounts::wrongCells);
        GaugeWithCallback.builder().name("leaseback_objects").help("Objects kept, by the last count.").callback(gauge ->
                gauge.call((double) census.buckets().stream().mapToLong(Census.BucketSize::objects).sum())).register(registry);
        GaugeWithCallback.builder().name("leaseback_object_bytes").help("Plain bytes of the objects kept, by the last count.").callback(gauge ->
                gauge.call((double) census.buckets().stream().mapToLong(Census.BucketSize::bytes).sum())).register(registry);
    }

    void watch(Upkeep upkeep) {
        GaugeWithCallback.builder().name("leaseback_segments").help("On hosts, by surviving pieces above what reading needs.")
                .labelNames("margin").callback(gauge -> figures(upkeep).ifPresent(figures -> figures.byMargin().forEach((margin, segments) ->
                        gauge.call((double) segments, String.valueOf(margin))))).register(registry);
        GaugeWithCallback.builder().name("leaseback_segments_lost").help("Of which too few pieces survive.").callback(gauge ->
                figures(upkeep).ifPresent(figures -> gauge.call((double) figures.lost()))).register(registry);
        GaugeWithCallback.builder().name("leaseback_pieces").help("By how they stand.").labelNames("state").callback(gauge ->
                figures(upkeep).ifPresent(figures -> figures.byState().forEach((state, pieces) -> gauge.call((double) pieces, state.name()))))
                .register(registry);
        GaugeWithCallback.builder().name("leaseback_repair_waiting_segments").help("Segments that wait for repair.").callback(gauge ->
                gauge.call((double) upkeep.recentReport().waiting())).register(registry);
        GaugeWithCallback.builder().name("leaseback_audits_last_day").help("Cells asked for in the last day, by answer.")
                .labelNames("answer").callback(gauge -> {
                    Upkeep.Audits audits = upkeep.recentReport().audits();
                    gauge.call((double) audits.good(), "good");
                    gauge.call((double) audits.altered(), "altered");
                    gauge.call((double) audits.missing(), "missing");
                    gauge.call((double) audits.silent(), "silent");
                }).register(registry);
        GaugeWithCallback.builder().name("leaseback_hosts_in_bad_standing").help("Warned, suspended or being parted with.").callback(gauge ->
                gauge.call((double) upkeep.recentReport().troubled().size())).register(registry);
    }

    private static Optional<Figures> figures(Upkeep upkeep) {
        return Optional.ofNullable(upkeep.recentReport().figures());
    }

    private void counter(String name, String help, ObjectStore objects, ToLongFunction<StorageCounts> count) {
        CounterWithCallback.builder().name(name).help(help)
                .callback(counter -> counter.call((double) count.applyAsLong(objects.counts()))).register(registry);
    }

    /// The handler, counted and timed.
    Handler counted(String face, Handler handler) {
        return new Handler.Wrapper(handler) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                long began = System.nanoTime();
                String method = known(request.getMethod());
                Request.addCompletionListener(request, failure -> {
                    requests.labelValues(face, method, String.valueOf(response.getStatus())).inc();
                    seconds.labelValues(face, method).observe((System.nanoTime() - began) / 1e9);
                });
                return super.handle(request, response, callback);
            }
        };
    }

    /// A label must not grow with what strangers send.
    private static String known(String method) {
        return switch (method) {
            case "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS" -> method;
            default -> "other";
        };
    }

    private static List<String> standing(Host host) {
        return List.of(host.state().name(), host.reachable() ? "up" : "down");
    }
}
