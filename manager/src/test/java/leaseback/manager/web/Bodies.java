package leaseback.manager.web;

import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.net.http.HttpResponse;

/// Reads back what a request's publisher holds.
final class Bodies {
    private Bodies() {}

    static byte[] of(HttpRequest.BodyPublisher publisher) {
        HttpResponse.BodySubscriber<byte[]> whole = HttpResponse.BodySubscribers.ofByteArray();
        publisher.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                whole.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer item) {
                whole.onNext(List.of(item));
            }

            @Override
            public void onError(Throwable thrown) {
                whole.onError(thrown);
            }

            @Override
            public void onComplete() {
                whole.onComplete();
            }
        });
        return CompletableFuture.completedFuture(whole).thenCompose(HttpResponse.BodySubscriber::getBody).join();
    }
}
