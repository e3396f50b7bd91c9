# The same with on_unavailable: reject.
unavailable reject

   0       request A alice right          -> check_password A
   49s     clock                          -> cancel_primary A; reject A; login reject primary_unavailable 1

calls 0
