package leaseback.manager.web;

import java.util.List;

/// One part of the API.
public interface Routes {
    List<Route> all();
}
