@NullMarked
package leaseback.host.promise;

import org.jspecify.annotations.NullMarked;
